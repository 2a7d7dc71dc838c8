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
      const states = [data?.embedder, data?.reranker];
      if (states.includes('loading')) return 5_000;
      return states.includes('unavailable') ? 30_000 : false;
    },
  });
}
