import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { AdminUser } from '../../src/contract/auth.ts';
import { KeyTable } from '../account/key-table.tsx';
import { LoginTable } from '../account/login-table.tsx';
import { apiKeysKey, loginsKey } from '../account/query-keys.ts';
import { endLoginOf, endLoginsOf, listKeysOf, listLoginsOf, revokeKeyOf } from '../api/account.ts';
import { fetchUser } from '../api/admin.ts';
import { t } from '../i18n/translate.ts';
import { PageHeader } from '../shell/page-header.tsx';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/dialog.tsx';
import { Facts } from '../ui/facts.tsx';
import { Moment } from '../ui/moment.tsx';
import { Section } from '../ui/section.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { ForAdministrators } from './for-administrators.tsx';
import { roleWords } from '../account/role-words.ts';
import { UserAccessSection } from './user-access.tsx';
import { UserOidc } from './user-oidc.tsx';
import { UserSessions } from './user-sessions.tsx';
import { UserUsage } from './user-usage.tsx';
import { usersKey } from './users-key.ts';

export function AdminUserPage() {
  return (
    <ForAdministrators>
      <OneUser />
    </ForAdministrators>
  );
}

function OneUser() {
  const { userId } = useParams({ from: '/shell/admin/users/$userId' });
  const query = useQuery({
    queryKey: [...usersKey, 'one', userId],
    queryFn: ({ signal }) => fetchUser(userId, signal),
  });
  const user = query.data;
  useTitle(user?.display_name ?? t('Person'));
  return (
    <>
      <PageHeader title={user?.display_name ?? (query.error && t('Person'))} />
      <main className="min-h-0 flex-1 overflow-y-auto px-4 py-4 sm:px-6">
        <div className="mx-auto max-w-4xl">
          <p className="mb-3 text-sm">
            <Link to="/admin/users" className="link">
              {t('All people')}
            </Link>
          </p>
          {query.isPending && <Skeleton lines={6} />}
          {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} className="mb-3" />}
          {user && (
            <>
              <Section title={t('Account')}>
                <Facts of={factsOf(user)} />
              </Section>
              <UserOidc user={user} />
              <UserLogins user={user} />
              <UserKeys user={user} />
              <UserAccessSection userId={user.id} />
              <UserUsage userId={user.id} />
              <UserSessions username={user.username} />
            </>
          )}
        </div>
      </main>
    </>
  );
}

const factsOf = (user: AdminUser) => ({
  [t('Username')]: user.username,
  [t('Mail address')]: user.email ?? <span className="text-muted">{t('none', {}, 'mail address')}</span>,
  [t('Role')]: <span className="capitalize">{roleWords[user.role]}</span>,
  [t('State')]: user.is_active ? t('Active', {}, 'account') : t('Deactivated: cannot sign in'),
  [t('Created')]: <Moment at={user.created_at} />,
  [t('Last signed in')]: user.last_login_at ? <Moment at={user.last_login_at} /> : t('never'),
});

function UserLogins({ user }: { user: AdminUser }) {
  const queryClient = useQueryClient();
  const queryKey = loginsKey(user.id);
  const query = useQuery({ queryKey, queryFn: ({ signal }) => listLoginsOf(user.id, signal) });
  const [endingAll, setEndingAll] = useState(false);
  const then = async (work: Promise<unknown>) => {
    await work;
    await queryClient.invalidateQueries({ queryKey });
  };
  const logins = query.data?.logins;
  const hasOthers = logins?.some((login) => !login.is_current) === true;
  const isSelf = logins?.some((login) => login.is_current) === true;
  return (
    <Section
      title={t('Signed-in devices')}
      actions={hasOthers && !isSelf && <Button onClick={() => setEndingAll(true)}>{t('Sign out everywhere')}</Button>}
    >
      {query.isPending && <Skeleton lines={3} />}
      {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {logins?.length === 0 && <p className="text-sm text-muted">{t('Not signed in anywhere.')}</p>}
      {logins && logins.length > 0 && (
        <LoginTable logins={logins} onEnd={(login) => then(endLoginOf(user.id, login.id))} />
      )}
      <Confirm
        open={endingAll}
        onOpenChange={setEndingAll}
        title={t('Sign {name} out everywhere?', { name: user.username })}
        action={t('Sign out')}
        onConfirm={() => then(endLoginsOf(user.id))}
      >
        {t('They can sign in again with their password. Their API keys go on working.')}
      </Confirm>
    </Section>
  );
}

function UserKeys({ user }: { user: AdminUser }) {
  const queryClient = useQueryClient();
  const queryKey = apiKeysKey(user.id);
  const query = useQuery({ queryKey, queryFn: ({ signal }) => listKeysOf(user.id, signal) });
  const revoke = async (id: string) => {
    await revokeKeyOf(user.id, id);
    await queryClient.invalidateQueries({ queryKey });
  };
  const keys = query.data?.keys;
  return (
    <Section title={t('API keys')}>
      {query.isPending && <Skeleton lines={2} />}
      {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {keys?.length === 0 && <p className="text-sm text-muted">{t('No keys.')}</p>}
      {keys && keys.length > 0 && <KeyTable keys={keys} onRevoke={(key) => revoke(key.id)} />}
    </Section>
  );
}
