import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { resetPassword } from '../api/links.ts';
import { t } from '../i18n/translate.ts';
import { Button } from '../ui/button.tsx';
import { Field, TextInput } from '../ui/field.tsx';
import { formText } from '../ui/form-text.ts';
import { Failure } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { EntryFrame } from './entry-frame.tsx';
import { LinkState } from './link-state.tsx';
import { NewPassword } from './new-password.tsx';
import { useEntry } from './use-entry.ts';
import { useLink } from './use-link.ts';

/** Where the link leads that an administrator gave or that was asked for by mail, whose password is forgotten. Signing in comes after it, with the second factor if there is one. */
export function ResetPage() {
  useTitle(t('New password'));
  const { token, link, error, retry } = useLink('reset');
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const entry = useEntry(async (data) => {
    await resetPassword(token, formText(data, 'password'));
    queryClient.clear();
    await navigate({ to: '/sign-in', search: {}, replace: true });
  });
  return (
    <EntryFrame
      title={t('New password')}
      lead={t('You are then signed out everywhere, and sign in with the new password.')}
    >
      {link ? (
        <form onSubmit={entry.submit} className="mt-6 space-y-4">
          <Field label={t('Username')}>
            {(id) => <TextInput id={id} name="username" value={link.username ?? ''} readOnly autoComplete="username" />}
          </Field>
          <NewPassword />
          {entry.error !== undefined && <Failure error={entry.error} />}
          <Button type="submit" look="primary" busy={entry.busy} className="w-full">
            {entry.busy ? t('Setting it…') : t('Set password')}
          </Button>
        </form>
      ) : (
        <LinkState error={error} onRetry={retry} />
      )}
    </EntryFrame>
  );
}
