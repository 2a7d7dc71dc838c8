import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useSyncExternalStore } from 'react';
import { listSessions } from '../api/sessions.ts';
import { useServices } from '../services.tsx';
import { sessionsKey } from '../shell/use-fresh-data.ts';
import { mergeRows } from './live-rows.ts';

/** The first page comes soon. Who goes on scrolls through many, and each page that was shown is asked for again when the list may be old: so they grow. */
const rowsOfPage = [40, 100, 200, 400];
const mostRows = 500;
const pageAfter = (cursor: string, pages: number) => ({ cursor, limit: rowsOfPage[pages] ?? mostRows });

/** My sessions, page by page, kept true by the feed. */
export function useSessionRows(q: string, tag = '') {
  const { liveRows } = useServices();
  const live = useSyncExternalStore(liveRows.subscribe, liveRows.getState);
  const query = useInfiniteQuery({
    queryKey: [sessionsKey, q, tag],
    queryFn: ({ pageParam, signal }) =>
      listSessions(
        {
          limit: pageParam.limit,
          ...(q !== '' && { q }),
          ...(tag !== '' && { tag }),
          ...(pageParam.cursor !== '' && { cursor: pageParam.cursor }),
        },
        signal,
      ),
    initialPageParam: pageAfter('', 0),
    getNextPageParam: ({ next_cursor: cursor }, pages) => (cursor ? pageAfter(cursor, pages.length) : undefined),
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
