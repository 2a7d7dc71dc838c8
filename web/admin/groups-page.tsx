import { useInfiniteQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { listGroups } from '../api/groups.ts';
import { t } from '../i18n/translate.ts';
import { PageHeader } from '../shell/page-header.tsx';
import { Button } from '../ui/button.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { ForAdministrators } from './for-administrators.tsx';
import { GrantTable } from './grant-table.tsx';
import { CreateGroup } from './group-dialogs.tsx';
import { GroupTable } from './group-table.tsx';
import { groupsKey } from './groups-key.ts';

export function AdminGroupsPage() {
  useTitle(t('Groups'));
  return (
    <ForAdministrators>
      <Groups />
    </ForAdministrators>
  );
}

function Groups() {
  const [creating, setCreating] = useState(false);
  const query = useInfiniteQuery({
    queryKey: [...groupsKey, 'list'],
    queryFn: ({ pageParam, signal }) =>
      listGroups({ limit: 100, ...(pageParam !== '' && { cursor: pageParam }) }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const groups = query.data?.pages.flatMap((page) => page.groups);
  return (
    <>
      <PageHeader title={t('Groups')}>
        <Button onClick={() => setCreating(true)}>
          <Plus aria-hidden className="size-4" /> {t('New group')}
        </Button>
      </PageHeader>
      <main className="min-h-0 flex-1 overflow-y-auto px-4 py-4 sm:px-6">
        {query.isPending && <Skeleton lines={6} />}
        {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} className="mb-3" />}
        {groups && <GroupTable groups={groups} />}
        {query.hasNextPage && (
          <Button className="mt-3" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('Show more')}
          </Button>
        )}
        {groups && <GrantTable groups={groups} />}
      </main>
      <CreateGroup open={creating} onOpenChange={setCreating} />
    </>
  );
}
