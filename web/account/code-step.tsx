import { t } from '../i18n/translate.ts';
import { Button } from '../ui/button.tsx';
import { formText } from '../ui/form-text.ts';
import { CodeField } from './code-field.tsx';
import { useEntry } from './use-entry.ts';
import { wordsForRefusal } from './words-for-refusal.ts';

/** The second step of a sign-in. */
export function CodeStep({ onCode, onBack }: { onCode(code: string): Promise<void>; onBack(): void }) {
  const entry = useEntry((data) => onCode(formText(data, 'code')));
  return (
    <form onSubmit={entry.submit} className="mt-6 space-y-4">
      <CodeField
        label={t('Code', {}, 'of an app')}
        hint={t('Of your authenticator app, or a recovery code if you do not have it at hand.')}
      />
      {entry.error !== undefined && (
        <p role="alert" className="rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">
          {wordsForRefusal(entry.error)}
        </p>
      )}
      <Button type="submit" look="primary" busy={entry.busy} className="w-full">
        {entry.busy ? t('Signing in…') : t('Sign in')}
      </Button>
      <Button look="quiet" onClick={onBack} className="w-full">
        {t('Back to the password')}
      </Button>
    </form>
  );
}
