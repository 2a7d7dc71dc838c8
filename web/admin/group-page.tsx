import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { Group } from '../../src/contract/access.ts';
import { fetchGroup, listGroupMembers } from '../api/groups.ts';
import { named, t } from '../i18n/translate.ts';
import { PageHeader } from '../shell/page-header.tsx';
import { Button } from '../ui/button.tsx';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { AddMember } from './add-member.tsx';
import { ForAdministrators } from './for-administrators.tsx';
import { groupsKey } from './groups-key.ts';
import { MemberTable } from './member-table.tsx';

export function AdminGroupPage() {
  return (
    <ForAdministrators>
      <GroupWithMembers />
    </ForAdministrators>
  );
}

function GroupWithMembers() {
  const { groupId } = useParams({ from: '/shell/admin/groups/$groupId' });
  const query = useQuery({
    queryKey: [...groupsKey, 'one', groupId],
    queryFn: ({ signal }) => fetchGroup(groupId, signal),
  });
  const [adding, setAdding] = useState(false);
  const group = query.data;
  useTitle(group ? named(group.name) : t('Group'));
  return (
    <>
      <PageHeader title={group ? named(group.name) : query.error && t('Group')}>
        {group && !group.is_builtin && (
          <Button onClick={() => setAdding(true)}>
            <Plus aria-hidden className="size-4" /> {t('Add member')}
          </Button>
        )}
      </PageHeader>
      <main data-pane className="min-h-0 flex-1 overflow-y-auto px-4 py-4 sm:px-6">
        <div>
          <p className="mb-3 text-sm">
            <Link to="/admin/groups" className="link">
              {t('All groups and their grants')}
            </Link>
          </p>
          {query.isPending && <Skeleton lines={6} />}
          {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} className="mb-3" />}
          {group?.is_builtin && (
            <p className="mb-3 text-sm text-muted">
              {t('Everybody who has an account is in this group, from its first moment.')}
            </p>
          )}
          {group && <Members group={group} />}
        </div>
      </main>
      {group && <AddMember group={group} open={adding} onOpenChange={setAdding} />}
    </>
  );
}

function Members({ group }: { group: Group }) {
  const query = useInfiniteQuery({
    queryKey: [...groupsKey, 'one', group.id, 'members'],
    queryFn: ({ pageParam, signal }) =>
      listGroupMembers(group.id, { limit: 100, ...(pageParam !== '' && { cursor: pageParam }) }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const pages = query.data?.pages;
  const members = useMemo(() => pages?.flatMap((page) => page.members), [pages]);
  return (
    <>
      {query.isPending && <Skeleton lines={4} />}
      {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} className="mb-3" />}
      {members?.length === 0 && (
        <Empty title={t('Nobody is in this group.')}>
          {t('Add somebody, and they have what the group is granted.')}
        </Empty>
      )}
      {members && members.length > 0 && <MemberTable group={group} members={members} isWhole={!query.hasNextPage} />}
      {query.hasNextPage && (
        <Button className="mt-3" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('Show more')}
        </Button>
      )}
    </>
  );
}
