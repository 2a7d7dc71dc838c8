import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { signIn } from '../api/auth.ts';
import { acceptInvitation } from '../api/links.ts';
import { useBranding } from '../branding/use-branding.ts';
import { t } from '../i18n/translate.ts';
import { Button } from '../ui/button.tsx';
import { Field, TextInput } from '../ui/field.tsx';
import { formText } from '../ui/form-text.ts';
import { Failure } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { EntryFrame } from './entry-frame.tsx';
import { LinkState } from './link-state.tsx';
import { meKey } from './me-key.ts';
import { NewPassword } from './new-password.tsx';
import { useEntry } from './use-entry.ts';
import { useLink } from './use-link.ts';

/** Where an invitation leads: a name and a password, and one is in. */
export function WelcomePage() {
  useTitle(t('Welcome'));
  const { name } = useBranding();
  const { token, link, error, retry } = useLink('invitation');
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const entry = useEntry(async (data) => {
    const displayName = formText(data, 'display_name').trim();
    const password = formText(data, 'password');
    const { username } = await acceptInvitation({
      token,
      password,
      ...(link?.username === null && { username: formText(data, 'username').trim() }),
      ...(displayName && { display_name: displayName }),
    });
    // From here on the account is there, whatever becomes of the sign-in.
    const me = await signIn(username, password).catch(() => undefined);
    queryClient.clear();
    if (me) queryClient.setQueryData(meKey, me);
    await navigate(me ? { to: '/', replace: true } : { to: '/sign-in', search: {}, replace: true });
  });
  return (
    <EntryFrame title={t('Welcome')} lead={t('You are invited to {name}. Choose how you sign in.', { name })}>
      {link ? (
        <form onSubmit={entry.submit} className="mt-6 space-y-4">
          <Field
            label={t('Username')}
            hint={link.username === null ? t('Letters, digits and . _ @ -') : t('Chosen by your administrator.')}
          >
            {(id) => (
              <TextInput
                id={id}
                name="username"
                required
                maxLength={64}
                autoComplete="username"
                autoCapitalize="none"
                {...(link.username === null ? { autoFocus: true } : { value: link.username, readOnly: true })}
              />
            )}
          </Field>
          <Field label={t('Name')} hint={t('Shown to others; the username when left empty.')}>
            {(id) => <TextInput id={id} name="display_name" maxLength={120} autoComplete="name" />}
          </Field>
          <NewPassword />
          {entry.error !== undefined && <Failure error={entry.error} />}
          <Button type="submit" look="primary" busy={entry.busy} className="w-full">
            {entry.busy ? t('Making your account…') : t('Begin')}
          </Button>
        </form>
      ) : (
        <LinkState error={error} onRetry={retry} />
      )}
    </EntryFrame>
  );
}
