import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { PassagePlace } from '../../src/contract/documents.ts';
import { fetchPassages } from '../api/knowledge.ts';

const atOnce = 1000;
const beforeFirst = -1;
const none: readonly PassagePlace[] = [];

/** Where the passages of a document stand, as far as that has come: a long document's are asked for in pieces, one after the other. */
export function usePassages(documentId: string, version: number): readonly PassagePlace[] {
  const query = useInfiniteQuery({
    queryKey: ['passages', documentId, version],
    queryFn: ({ pageParam, signal }) =>
      fetchPassages(documentId, { version, limit: atOnce, ...(pageParam >= 0 && { after: pageParam }) }, signal),
    initialPageParam: beforeFirst,
    getNextPageParam: (page) => page.next_after ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { hasNextPage, isFetching, isError, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [hasNextPage, isFetching, isError, fetchNextPage]);
  return useMemo(() => query.data?.pages.flatMap((page) => page.passages) ?? none, [query.data]);
}
