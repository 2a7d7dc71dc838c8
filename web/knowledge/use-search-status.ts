import { useQuery } from '@tanstack/react-query';
import { fetchStatus } from '../api/knowledge.ts';
import { knowledgeKey } from '../shell/use-fresh-data.ts';

/** What searches on this server, asked again while it changes. */
export function useSearchStatus() {
  return useQuery({
    queryKey: [knowledgeKey, 'status'],
    queryFn: ({ signal }) => fetchStatus(signal),
    refetchInterval: ({ state: { data } }) => {
      if (data?.embedding) return 2_000;
      const isSettled = [data?.embedder, data?.reranker].every((state) => state === 'ready' || state === 'none');
      return data && isSettled ? false : 5_000;
    },
  });
}
