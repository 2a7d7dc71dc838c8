import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { BegunSecondFactor, ConfirmedSecondFactor } from '../../src/contract/second-factor.ts';
import { beginSecondFactor, confirmSecondFactor } from '../api/second-factor.ts';
import { t } from '../i18n/translate.ts';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Field, TextInput } from '../ui/field.tsx';
import { formText } from '../ui/form-text.ts';
import { Failure } from '../ui/states.tsx';
import { CodeField } from './code-field.tsx';
import { meKey } from './me-key.ts';
import { QrCode } from './qr-code.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';
import { secondFactorKey } from './second-factor-key.ts';
import { useEntry } from './use-entry.ts';

/** Password, QR code, first code, recovery codes. `onDone` when it is on and the codes are kept. */
export function TurnOnSecondFactor({ onDone, onCancel }: { onDone(): void; onCancel?: () => void }) {
  const [begun, setBegun] = useState<BegunSecondFactor>();
  const [confirmed, setConfirmed] = useState<ConfirmedSecondFactor>();
  const queryClient = useQueryClient();
  const begin = useEntry(async (data) => setBegun(await beginSecondFactor(formText(data, 'password'))));
  const confirm = useEntry(async (data) => setConfirmed(await confirmSecondFactor(formText(data, 'code'))));
  const cancel = onCancel && <Button onClick={onCancel}>{t('Cancel')}</Button>;

  if (confirmed) {
    const finish = () => {
      queryClient.setQueryData(meKey, confirmed.login.user);
      void queryClient.invalidateQueries({ queryKey: secondFactorKey });
      onDone();
    };
    return <RecoveryCodes codes={confirmed.recovery_codes} onKept={finish} />;
  }
  if (!begun) {
    return (
      <form onSubmit={begin.submit} className="space-y-4">
        <Field label={t('Password')} hint={t('So that nobody else does this at your screen.')}>
          {(id) => <TextInput id={id} name="password" type="password" required autoComplete="current-password" />}
        </Field>
        {begin.error !== undefined && <Failure error={begin.error} />}
        <div className="flex gap-2">
          <Button type="submit" look="primary" busy={begin.busy}>
            {t('Go on')}
          </Button>
          {cancel}
        </div>
      </form>
    );
  }
  return (
    <form onSubmit={confirm.submit} className="space-y-4">
      <p className="text-sm text-muted">
        {t('Scan this with an authenticator app, such as one on your phone. Then type the code that it shows.')}
      </p>
      <QrCode text={begun.uri} label={t('QR code for the authenticator app')} />
      <div>
        <p className="text-xs text-muted">{t('Or type this key into the app:')}</p>
        <p className="flex items-center gap-1">
          <code className="text-sm break-all">{begun.secret.match(/.{1,4}/g)?.join(' ')}</code>
          <CopyButton text={begun.secret} label={t('Copy key')} />
        </p>
      </div>
      <CodeField label={t('Code', {}, 'of an app')} />
      {confirm.error !== undefined && <Failure error={confirm.error} />}
      <div className="flex gap-2">
        <Button type="submit" look="primary" busy={confirm.busy}>
          {t('Turn on')}
        </Button>
        {cancel}
      </div>
    </form>
  );
}
