import { useInfiniteQuery } from '@tanstack/react-query';
import { Link2, Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import { listUsers } from '../api/admin.ts';
import { t } from '../i18n/translate.ts';
import { PageHeader } from '../shell/page-header.tsx';
import { usePagePlace } from '../shell/use-page-place.ts';
import { Button } from '../ui/button.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { ForAdministrators } from './for-administrators.tsx';
import { Invitations, Invite } from './invitations.tsx';
import { CreateUser } from './user-dialogs.tsx';
import { UserTable } from './user-table.tsx';
import { usersKey } from './users-key.ts';

export function AdminUsersPage() {
  useTitle(t('People'));
  return (
    <ForAdministrators>
      <Users />
    </ForAdministrators>
  );
}

function Users() {
  const [creating, setCreating] = useState(false);
  const [inviting, setInviting] = useState(false);
  const query = useInfiniteQuery({
    queryKey: usersKey,
    queryFn: ({ pageParam, signal }) =>
      listUsers({ limit: 100, ...(pageParam !== '' && { cursor: pageParam }) }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const pages = query.data?.pages;
  const users = useMemo(() => pages?.flatMap((page) => page.users), [pages]);
  const pane = usePagePlace(users !== undefined);
  return (
    <>
      <PageHeader title={t('People')}>
        <Button onClick={() => setInviting(true)}>
          <Link2 aria-hidden className="size-4 max-sm:hidden" /> {t('Invite')}
        </Button>
        <Button onClick={() => setCreating(true)}>
          <Plus aria-hidden className="size-4 max-sm:hidden" /> {t('Add person')}
        </Button>
      </PageHeader>
      <main ref={pane} data-pane className="min-h-0 flex-1 overflow-y-auto px-4 py-4 sm:px-6">
        <div>
          {query.isPending && <Skeleton lines={6} />}
          {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} className="mb-3" />}
          {users && <UserTable users={users} isWhole={!query.hasNextPage} />}
          {query.hasNextPage && (
            <Button className="mt-3" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {t('Show more')}
            </Button>
          )}
          <Invitations />
        </div>
      </main>
      <Invite open={inviting} onOpenChange={setInviting} />
      <CreateUser open={creating} onOpenChange={setCreating} />
    </>
  );
}
