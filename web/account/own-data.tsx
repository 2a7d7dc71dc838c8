import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Download, FileInput } from 'lucide-react';
import { useState } from 'react';
import type { ImportAnswer } from '../../src/contract/personal-data.ts';
import { eraseAccount, exportPath, fetchOwnErasure } from '../api/personal-data.ts';
import { t } from '../i18n/translate.ts';
import { useServices } from '../services.tsx';
import { Button } from '../ui/button.tsx';
import { FormDialog } from '../ui/dialog.tsx';
import { Field, TextInput } from '../ui/field.tsx';
import { formText } from '../ui/form-text.ts';
import { Section } from '../ui/section.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { CorporaChoice, corporaChoice, scopeWords } from './erasure-scope.tsx';
import { ImportButton, ImportDialog, ImportResult } from './import-data.tsx';

/** What people may do with what is theirs: take it with them, bring it back, and have it erased. */
export function OwnData() {
  const [erasing, setErasing] = useState(false);
  const [importing, setImporting] = useState(false);
  const [imported, setImported] = useState<ImportAnswer>();
  return (
    <Section
      title={t('Your data')}
      hint={t(
        'Everything that is stored of you, as a ZIP archive: your sessions, the files you uploaded, your sign-ins.',
      )}
    >
      <div className="flex flex-wrap gap-2">
        <a
          href={exportPath}
          download
          className="inline-flex min-h-9 items-center gap-1.5 rounded-lg border border-line-strong bg-surface px-3 py-1.5 text-sm font-medium hover:bg-hover"
        >
          <Download aria-hidden className="size-4" /> {t('Download my data')}
        </a>
        <ImportButton onClick={() => setImporting(true)} />
        <Link
          to="/account/import"
          className="inline-flex min-h-9 items-center gap-1.5 rounded-lg border border-line-strong bg-surface px-3 py-1.5 text-sm font-medium hover:bg-hover"
        >
          <FileInput aria-hidden className="size-4" /> {t('Import conversations of another chat')}
        </Link>
        <Button look="danger" onClick={() => setErasing(true)}>
          {t('Erase my account…')}
        </Button>
      </div>
      {imported && <ImportResult answer={imported} />}
      {importing && <ImportDialog onClose={() => setImporting(false)} onDone={setImported} />}
      {erasing && <EraseAccount onClose={() => setErasing(false)} />}
    </Section>
  );
}

function EraseAccount({ onClose }: { onClose(): void }) {
  const { forget } = useServices();
  const scope = useQuery({
    queryKey: ['account', 'erasure'],
    queryFn: ({ signal }) => fetchOwnErasure(signal),
    gcTime: 0,
  });
  const needsPassword = scope.data?.proof !== 'recent_sign_in';
  const erase = async (data: FormData) => {
    await eraseAccount(needsPassword ? formText(data, 'password') : undefined, corporaChoice(data));
    forget();
    // Nothing of the account may stay in this window either.
    window.location.assign('/sign-in?erased=true');
  };
  return (
    <FormDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('Erase your account?')}
      description={t(
        'This cannot be undone. You are signed out everywhere at once; what you wrote is erased within minutes.',
      )}
      action={t('Erase my account')}
      isDangerous
      onSubmit={erase}
    >
      {scope.isPending && <Skeleton lines={2} />}
      {scope.error && <Failure error={scope.error} onRetry={() => void scope.refetch()} />}
      {scope.data && (
        <>
          <p className="text-sm">{scopeWords(scope.data)}</p>
          <CorporaChoice scope={scope.data} />
        </>
      )}
      {needsPassword ? (
        <Field label={t('Your password')} hint={t('To be sure that it is you.')}>
          {(id) => (
            <TextInput
              id={id}
              name="password"
              type="password"
              required
              maxLength={256}
              autoComplete="current-password"
            />
          )}
        </Field>
      ) : (
        <p className="text-sm text-muted">
          {t('Your account has no password. To be sure that it is you, this works within five minutes of signing in.')}
        </p>
      )}
    </FormDialog>
  );
}
