import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { memo, useMemo } from 'react';
import type { FoundMessage } from '../../src/contract/message-search.ts';
import { asApiError } from '../api/errors.ts';
import { searchMessages } from '../api/message-search.ts';
import { t } from '../i18n/translate.ts';
import { Button } from '../ui/button.tsx';
import { Moment } from '../ui/moment.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';
import { VirtualList } from '../ui/virtual-list.tsx';
import { markedPieces } from './marked-pieces.ts';
import { sessionTitle } from './session-title.ts';

/** Under the sessions whose titles match: the messages and answers that have the words, each a link to its place in the session. */
export function MessageHits({ q }: { q: string }) {
  const query = useInfiniteQuery({
    queryKey: ['message-search', q],
    queryFn: ({ pageParam, signal }) =>
      searchMessages({ q, limit: 20, ...(pageParam !== '' && { cursor: pageParam }) }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    // What was said a moment ago is found by asking again.
    staleTime: 5_000,
  });
  const pages = query.data?.pages;
  const messages = useMemo(() => pages?.flatMap((page) => page.messages) ?? [], [pages]);
  return (
    <section aria-label={t('In messages')} className="mt-3">
      <h2 className="px-2.5 py-1 text-xs font-medium text-muted">{t('In messages')}</h2>
      {query.isPending && query.fetchStatus !== 'paused' && <Skeleton lines={4} className="p-3" />}
      {(query.error || query.fetchStatus === 'paused') &&
        (query.fetchStatus === 'paused' || asApiError(query.error).status === 0 ? (
          <p role="status" className="px-2.5 py-2 text-sm text-muted">
            {t('You are offline: only titles are searched.')}
          </p>
        ) : (
          <Failure error={query.error} onRetry={() => void query.refetch()} className="m-1" />
        ))}
      {query.data && messages.length === 0 && (
        <p role="status" className="px-2.5 py-2 text-sm text-muted">
          {t('No message has these words.')}
        </p>
      )}
      <VirtualList items={messages} keyOf={placeOf} rowPx={92} isWhole={!query.hasNextPage}>
        {(message) => <Hit message={message} />}
      </VirtualList>
      {query.data && !query.data.pages.every((page) => page.is_complete) && (
        <p className="px-2.5 py-2 text-xs text-muted">
          {t('Messages are still being read in. There may be more in a few minutes.')}
        </p>
      )}
      {query.hasNextPage && (
        <div className="p-2">
          <Button
            look="quiet"
            className="w-full"
            busy={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {query.isFetchingNextPage ? t('Loading…') : t('More messages')}
          </Button>
        </div>
      )}
    </section>
  );
}

const placeOf = ({ session_id, seq }: FoundMessage) => `${session_id} ${seq}`;

const Hit = memo(function Hit({ message }: { message: FoundMessage }) {
  const { session_id: sessionId, turn_id: turnId, title, role, at, snippet, marks } = message;
  return (
    <Link
      to="/sessions/$sessionId"
      params={{ sessionId }}
      search={{ at: `${turnId}:${role}` }}
      className="block rounded-lg px-2.5 py-2 text-sm hover:bg-hover"
      activeOptions={{ includeSearch: true }}
      activeProps={{ className: 'bg-hover' }}
    >
      <span className="flex items-baseline gap-2">
        <span className="min-w-0 flex-1 truncate font-medium">{sessionTitle({ title })}</span>
        <Moment at={at} className="shrink-0 text-xs text-muted" />
      </span>
      <span className="mt-0.5 line-clamp-3 text-xs leading-relaxed wrap-anywhere text-muted">
        {/* A line of its own: the box that is cut makes blocks of what is in it. */}
        <span>
          <span className="font-medium">{role === 'user' ? t('Question:') : t('Answer:')} </span>
          {markedPieces(snippet, marks).map(({ text, isMarked, start }) =>
            isMarked ? (
              <mark key={start} className="text-ink">
                {text}
              </mark>
            ) : (
              text
            ),
          )}
        </span>
      </span>
    </Link>
  );
});
