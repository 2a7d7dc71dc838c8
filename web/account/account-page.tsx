import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { endMyLogin, endMyOtherLogins, listMyKeys, listMyLogins, revokeMyKey } from '../api/account.ts';
import { t } from '../i18n/translate.ts';
import { useServices } from '../services.tsx';
import { PageHeader } from '../shell/page-header.tsx';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/dialog.tsx';
import { Facts } from '../ui/facts.tsx';
import { Section } from '../ui/section.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { ChangePassword } from './change-password.tsx';
import { KeyTable } from './key-table.tsx';
import { LoginTable } from './login-table.tsx';
import { NewKey } from './new-key.tsx';
import { OidcLink } from './oidc-link.tsx';
import { OwnData } from './own-data.tsx';
import { apiKeysKey, loginsKey } from './query-keys.ts';
import { roleWords } from './role-words.ts';
import { SecondFactor } from './second-factor.tsx';

/** What everybody does with their own account. */
export function AccountPage() {
  useTitle(t('My account'));
  const { me } = useServices();
  return (
    <>
      <PageHeader title={t('My account')} />
      <main className="min-h-0 flex-1 overflow-y-auto px-4 py-4 sm:px-6">
        <div className="mx-auto max-w-4xl">
          <Section title={t('You', {}, 'a heading')}>
            <Facts
              of={{
                [t('Name')]: me.display_name,
                [t('Username')]: me.username,
                [t('Mail address')]: me.email ?? (
                  <span className="text-muted">{t('none; an administrator can set one')}</span>
                ),
                [t('Role')]: <span className="capitalize">{roleWords[me.role]}</span>,
              }}
            />
          </Section>
          <Section title={t('Password')}>
            <ChangePassword userId={me.id} />
          </Section>
          <SecondFactor />
          <OidcLink userId={me.id} />
          <MyLogins userId={me.id} />
          <MyKeys userId={me.id} />
          <OwnData />
        </div>
      </main>
    </>
  );
}

function MyLogins({ userId }: { userId: string }) {
  const queryClient = useQueryClient();
  const queryKey = loginsKey(userId);
  const query = useQuery({ queryKey, queryFn: ({ signal }) => listMyLogins(signal) });
  const [endingAll, setEndingAll] = useState(false);
  const then = async (work: Promise<unknown>) => {
    await work;
    await queryClient.invalidateQueries({ queryKey });
  };
  const logins = query.data?.logins;
  return (
    <Section
      title={t('Signed-in devices')}
      hint={t('If you do not know one of them, sign it out and change your password.')}
      actions={
        logins &&
        logins.length > 1 && <Button onClick={() => setEndingAll(true)}>{t('Sign out everywhere else')}</Button>
      }
    >
      {query.isPending && <Skeleton lines={3} />}
      {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {logins && <LoginTable logins={logins} onEnd={(login) => then(endMyLogin(login.id))} />}
      <Confirm
        open={endingAll}
        onOpenChange={setEndingAll}
        title={t('Sign out everywhere else?')}
        action={t('Sign out')}
        onConfirm={() => then(endMyOtherLogins())}
      >
        {t('You stay signed in here. API keys go on working.')}
      </Confirm>
    </Section>
  );
}

function MyKeys({ userId }: { userId: string }) {
  const queryClient = useQueryClient();
  const queryKey = apiKeysKey(userId);
  const query = useQuery({ queryKey, queryFn: ({ signal }) => listMyKeys(signal) });
  const [creating, setCreating] = useState(false);
  const revoke = async (id: string) => {
    await revokeMyKey(id);
    await queryClient.invalidateQueries({ queryKey });
  };
  const keys = query.data?.keys;
  return (
    <Section
      title={t('API keys')}
      hint={t('A program signs in with a key instead of your password.')}
      actions={
        query.data && (
          <Button onClick={() => setCreating(true)}>
            <Plus aria-hidden className="size-4" /> {t('New key')}
          </Button>
        )
      }
    >
      {query.isPending && <Skeleton lines={3} />}
      {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {keys?.length === 0 && <p className="text-sm text-muted">{t('You have no keys.')}</p>}
      {keys && keys.length > 0 && <KeyTable keys={keys} onRevoke={(key) => revoke(key.id)} />}
      {query.data && <NewKey userId={userId} scopes={query.data.scopes} open={creating} onOpenChange={setCreating} />}
    </Section>
  );
}
