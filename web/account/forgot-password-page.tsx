import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { askForReset } from '../api/links.ts';
import { t } from '../i18n/translate.ts';
import { Button } from '../ui/button.tsx';
import { Field, TextInput } from '../ui/field.tsx';
import { formText } from '../ui/form-text.ts';
import { useTitle } from '../ui/use-title.ts';
import { EntryFrame } from './entry-frame.tsx';
import { useEntry } from './use-entry.ts';
import { wordsForRefusal } from './words-for-refusal.ts';

/** Where whoever forgot their password asks for a link by mail. What it says does not tell who has an account. */
export function ForgotPasswordPage() {
  useTitle(t('Forgot your password?'));
  const [isSent, setSent] = useState(false);
  const entry = useEntry(async (data) => {
    await askForReset(formText(data, 'account').trim());
    setSent(true);
  });
  return (
    <EntryFrame title={t('Forgot your password?')} lead={t('We mail you a link by which you choose a new one.')}>
      {isSent ? (
        <div role="status" className="mt-6 space-y-2 rounded-xl bg-accent-soft p-4 text-sm">
          <p>{t('If there is such an account and it has a mail address, a link is on its way there.')}</p>
          <p>
            {t(
              'It opens once, within 30 minutes, and until then no other is sent. If nothing comes, look where unwanted mail goes, or ask an administrator of your team for a link.',
            )}
          </p>
        </div>
      ) : (
        <form onSubmit={entry.submit} className="mt-6 space-y-4">
          <Field label={t('Username or mail address')}>
            {(id) => (
              <TextInput
                id={id}
                name="account"
                required
                maxLength={254}
                autoComplete="username"
                autoCapitalize="none"
                autoFocus
              />
            )}
          </Field>
          {entry.error !== undefined && (
            <p role="alert" className="rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">
              {wordsForRefusal(entry.error)}
            </p>
          )}
          <Button type="submit" look="primary" busy={entry.busy} className="w-full">
            {entry.busy ? t('Sending…') : t('Send link')}
          </Button>
        </form>
      )}
      <p className="mt-6 text-sm">
        <Link to="/sign-in" search={{}} className="link">
          {t('To the sign-in')}
        </Link>
      </p>
    </EntryFrame>
  );
}
