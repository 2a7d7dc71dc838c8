import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { beginOidcLink, fetchOidcLink, unlinkOidc } from '../api/oidc.ts';
import { rich, t } from '../i18n/translate.ts';
import { Button } from '../ui/button.tsx';
import { FormDialog } from '../ui/dialog.tsx';
import { Field, TextInput } from '../ui/field.tsx';
import { formText } from '../ui/form-text.ts';
import { Moment } from '../ui/moment.tsx';
import { Section } from '../ui/section.tsx';
import { oidcWords } from './oidc-words.ts';
import { oidcLinkKey } from './query-keys.ts';

/** Whether one's account is linked to whom one is at the provider; nothing where none is set. */
export function OidcLink({ userId }: { userId: string }) {
  const { problem } = useSearch({ from: '/shell/account' });
  const query = useQuery({ queryKey: oidcLinkKey(userId), queryFn: ({ signal }) => fetchOidcLink(signal) });
  const queryClient = useQueryClient();
  const [linking, setLinking] = useState(false);
  const [unlinking, setUnlinking] = useState(false);
  const oidc = query.data?.oidc;
  if (!oidc) return null;
  const provider = oidc.name;
  const words = oidcWords(problem);
  return (
    <Section title={provider} hint={t('With it, you sign in here with your account at {provider}.', { provider })}>
      {words !== undefined && oidc.linked_at === null && (
        <p role="alert" className="mb-3 rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">
          {words}
        </p>
      )}
      {oidc.linked_at === null ? (
        <Button onClick={() => setLinking(true)}>{t('Link with {provider}', { provider })}</Button>
      ) : (
        <div className="flex flex-wrap items-center gap-3">
          <p className="text-sm">{rich('Linked since {when}.', { when: <Moment at={oidc.linked_at} /> })}</p>
          <Button onClick={() => setUnlinking(true)}>{t('Unlink…')}</Button>
        </div>
      )}
      <FormDialog
        open={linking}
        onOpenChange={setLinking}
        title={t('Link with {provider}', { provider })}
        description={t(
          'You sign in there next, and come back. From then on whoever can sign in as you at {provider} can sign in as you here.',
          { provider },
        )}
        action={t('Go on')}
        onSubmit={link}
      >
        <Password />
      </FormDialog>
      <FormDialog
        open={unlinking}
        onOpenChange={setUnlinking}
        title={t('Unlink from {provider}?', { provider })}
        description={t('From then on you sign in here with your password alone. You stay signed in wherever you are.')}
        action={t('Unlink')}
        onSubmit={async (data) => {
          await unlinkOidc(formText(data, 'password'));
          await queryClient.invalidateQueries({ queryKey: oidcLinkKey(userId) });
        }}
      >
        <Password />
      </FormDialog>
    </Section>
  );
}

const Password = () => (
  <Field label={t('Password')}>
    {(id) => <TextInput id={id} name="password" type="password" required autoComplete="current-password" />}
  </Field>
);

async function link(data: FormData): Promise<void> {
  window.location.assign(await beginOidcLink(formText(data, 'password')));
}
