import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useSyncExternalStore } from 'react';
import { listSessions } from '../api/sessions.ts';
import { useServices } from '../services.tsx';
import { sessionsKey } from '../shell/use-fresh-data.ts';
import { mergeRows } from './live-rows.ts';

/** The first page comes soon; who goes on scrolls through many. */
const rowsAtOnce = { first: 40, more: 100 };

/** My sessions, page by page, kept true by the feed. */
export function useSessionRows(q: string, tag = '') {
  const { liveRows } = useServices();
  const live = useSyncExternalStore(liveRows.subscribe, liveRows.getState);
  const query = useInfiniteQuery({
    queryKey: [sessionsKey, q, tag],
    queryFn: ({ pageParam, signal }) =>
      listSessions(
        {
          limit: pageParam === '' ? rowsAtOnce.first : rowsAtOnce.more,
          ...(q !== '' && { q }),
          ...(tag !== '' && { tag }),
          ...(pageParam !== '' && { cursor: pageParam }),
        },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    // The feed tells what changes; only a cut of the feed makes the list old.
    staleTime: Number.POSITIVE_INFINITY,
  });
  const pages = query.data?.pages;
  const rows = useMemo(
    () =>
      pages &&
      mergeRows(
        pages.flatMap((page) => page.sessions),
        live,
        q !== '' || tag !== '',
      ),
    [pages, live, q, tag],
  );
  return { query, rows };
}
