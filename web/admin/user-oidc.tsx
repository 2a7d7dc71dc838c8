import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { AdminUser } from '../../src/contract/auth.ts';
import { loginsKey, oidcLinkKey } from '../account/query-keys.ts';
import { fetchOidcLinkOf, unlinkOidcOf } from '../api/oidc.ts';
import { rich, t } from '../i18n/translate.ts';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/dialog.tsx';
import { Moment } from '../ui/moment.tsx';
import { Section } from '../ui/section.tsx';
import { Failure } from '../ui/states.tsx';

/** Whether a user is linked to somebody at the provider, and the end of it; nothing where none is set. */
export function UserOidc({ user }: { user: AdminUser }) {
  const queryClient = useQueryClient();
  const queryKey = ['admin', ...oidcLinkKey(user.id)];
  const query = useQuery({ queryKey, queryFn: ({ signal }) => fetchOidcLinkOf(user.id, signal) });
  const [unlinking, setUnlinking] = useState(false);
  if (query.error) return <Failure error={query.error} onRetry={() => void query.refetch()} className="mb-8" />;
  const oidc = query.data?.oidc;
  if (!oidc) return null;
  const unlink = async () => {
    await unlinkOidcOf(user.id);
    await queryClient.invalidateQueries({ queryKey });
    await queryClient.invalidateQueries({ queryKey: loginsKey(user.id) });
  };
  return (
    <Section title={oidc.name}>
      {oidc.linked_at === null ? (
        <p className="text-sm text-muted">{t('Not linked.')}</p>
      ) : (
        <div className="flex flex-wrap items-center gap-3">
          <p className="text-sm">{rich('Linked since {when}.', { when: <Moment at={oidc.linked_at} /> })}</p>
          <Button onClick={() => setUnlinking(true)}>{t('Unlink…')}</Button>
        </div>
      )}
      <Confirm
        open={unlinking}
        onOpenChange={setUnlinking}
        title={t('Unlink {name} from {provider}?', { name: user.username, provider: oidc.name })}
        action={t('Unlink')}
        onConfirm={unlink}
      >
        {t(
          'They are signed out everywhere, and sign in with their password from then on. ' +
            'If they have none, set one for them first, or give them a link that does.',
        )}
      </Confirm>
    </Section>
  );
}
