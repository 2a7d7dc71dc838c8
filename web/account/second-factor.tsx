import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { fetchSecondFactor, renewRecoveryCodes, turnOffSecondFactor } from '../api/second-factor.ts';
import { rich, t } from '../i18n/translate.ts';
import { Button } from '../ui/button.tsx';
import { FormDialog } from '../ui/dialog.tsx';
import { Field, TextInput } from '../ui/field.tsx';
import { formText } from '../ui/form-text.ts';
import { Moment } from '../ui/moment.tsx';
import { Section } from '../ui/section.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { CodeField } from './code-field.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';
import { secondFactorKey } from './second-factor-key.ts';

/** One's own second factor: what it is, turning it on and off, new recovery codes. */
export function SecondFactor() {
  const query = useQuery({ queryKey: secondFactorKey, queryFn: ({ signal }) => fetchSecondFactor(signal) });
  const queryClient = useQueryClient();
  const [doing, setDoing] = useState<'off' | 'codes'>();
  const [codes, setCodes] = useState<readonly string[]>();
  const end = () => {
    setDoing(undefined);
    setCodes(undefined);
  };
  const stay = (open: boolean) => !open && setDoing(undefined);
  const renew = async (data: FormData) => {
    const renewed = await renewRecoveryCodes(proofIn(data));
    setCodes(renewed.recovery_codes);
    await queryClient.invalidateQueries({ queryKey: secondFactorKey });
  };
  const turnOff = async (data: FormData) => {
    await turnOffSecondFactor(proofIn(data));
    await queryClient.invalidateQueries({ queryKey: secondFactorKey });
  };
  const state = query.data;
  return (
    <Section
      title={t('Authenticator app')}
      hint={t(
        'With it, signing in takes your password and a code from your phone: a password alone is no use to whoever finds it out.',
      )}
    >
      {query.isPending && <Skeleton lines={2} />}
      {query.error && !state && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {codes && <RecoveryCodes codes={codes} onKept={end} />}
      {state && !state.is_on && (
        <Link
          to="/second-factor"
          className="inline-flex min-h-9 items-center rounded-lg bg-accent px-3 text-sm font-medium text-on-accent hover:bg-accent-strong"
        >
          {t('Turn on')}
        </Link>
      )}
      {state?.is_on && !codes && (
        <>
          <p className="text-sm">
            {rich(
              '{few, select, true {On since {when}. Recovery codes left: {count, number}<warning> – make new ones</warning>} ' +
                'other {On since {when}. Recovery codes left: {count, number}}}',
              {
                few: String(state.recovery_codes_left < 3),
                when: state.on_since && <Moment at={state.on_since} />,
                count: state.recovery_codes_left,
                warning,
              },
            )}
          </p>
          <div className="mt-3 flex flex-wrap gap-2">
            <Button onClick={() => setDoing('codes')}>{t('New recovery codes')}</Button>
            {!state.is_required && (
              <Button look="danger" onClick={() => setDoing('off')}>
                {t('Turn off')}
              </Button>
            )}
          </div>
          {state.is_required && (
            <p className="mt-3 text-xs text-muted">
              {t('Your role must have one. If you get another phone, let an administrator remove this one first.')}
            </p>
          )}
        </>
      )}
      <FormDialog
        open={doing === 'codes'}
        onOpenChange={stay}
        title={t('New recovery codes')}
        description={t('Those you have are void from then on.')}
        action={t('Make codes')}
        onSubmit={renew}
      >
        <ProofFields />
      </FormDialog>
      <FormDialog
        open={doing === 'off'}
        onOpenChange={stay}
        title={t('Turn off the authenticator app')}
        description={t('From then on your password alone signs in. Your other sign-ins end.')}
        action={t('Turn off')}
        onSubmit={turnOff}
      >
        <ProofFields />
      </FormDialog>
    </Section>
  );
}

const warning = (words: ReactNode) => <span className="text-danger">{words}</span>;

const ProofFields = () => (
  <>
    <Field label={t('Password')}>
      {(id) => <TextInput id={id} name="password" type="password" required autoComplete="current-password" />}
    </Field>
    <CodeField label={t('Code', {}, 'of an app')} hint={t('Of the app, or a recovery code.')} />
  </>
);

const proofIn = (data: FormData) => ({ password: formText(data, 'password'), code: formText(data, 'code') });
