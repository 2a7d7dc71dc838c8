import { useInfiniteQuery } from '@tanstack/react-query';
import { listSessionBin, purgeSession, restoreSession } from '../api/session-bin.ts';
import { t } from '../i18n/translate.ts';
import { type BinItem, BinList } from '../knowledge/recycle-bin/bin-list.tsx';
import { useKeptFor } from '../retention/use-kept-for.ts';
import { PageHeader } from '../shell/page-header.tsx';
import { sessionsKey } from '../shell/use-fresh-data.ts';
import { Button } from '../ui/button.tsx';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { sessionTitle } from './session-title.ts';

/** Deleted sessions: each can be brought back until its time is over. */
export function SessionsBinPage() {
  useTitle(t('Deleted sessions'));
  const days = useKeptFor().session_bin;
  const query = useInfiniteQuery({
    queryKey: [sessionsKey, 'bin'],
    queryFn: ({ pageParam, signal }) => listSessionBin(pageParam === undefined ? {} : { cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const items = query.data?.pages.flatMap(({ sessions }) =>
    sessions.map(
      (session): BinItem => ({
        id: session.session_id,
        name: sessionTitle(session),
        about: t('{count, plural, one {# message} other {# messages}}', { count: session.chat_messages }),
        deletedAt: session.deleted_at,
        deletedBy: undefined,
        keptUntil: session.kept_until,
        restore: () => restoreSession(session.session_id),
        purge: () => purgeSession(session.session_id),
      }),
    ),
  );
  return (
    <>
      <PageHeader title={t('Deleted sessions')} />
      <main data-pane className="min-h-0 flex-1 overflow-y-auto px-4 py-5 sm:px-6">
        <div className="mx-auto max-w-4xl">
          <p className="mb-5 max-w-3xl text-sm text-muted">
            {days === null
              ? t(
                  'Sessions you deleted are kept here for ever. A session that you restore is in your list again, as it was.',
                )
              : t(
                  'Sessions you deleted are kept here for {days, plural, one {# day} other {# days}}. ' +
                    'A session that you restore is in your list again, as it was.',
                  { days },
                )}
          </p>
          {query.isPending && <Skeleton lines={4} />}
          {query.error && <Failure error={query.error} onRetry={() => void query.refetch()} />}
          {items?.length === 0 && <Empty title={t('There are no deleted sessions.')} />}
          {items && items.length > 0 && (
            <BinList
              label={t('Deleted sessions')}
              items={items}
              isWhole={!query.hasNextPage}
              whatGoes={t('Everything that was said in it goes with it.')}
              queryKey={[sessionsKey]}
            />
          )}
          {query.hasNextPage && (
            <Button
              look="quiet"
              className="mt-3 w-full"
              busy={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              {t('Show more')}
            </Button>
          )}
        </div>
      </main>
    </>
  );
}
