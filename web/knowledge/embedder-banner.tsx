import { useQuery } from '@tanstack/react-query';
import { fetchStatus } from '../api/knowledge.ts';
import { knowledgeKey } from '../shell/use-fresh-data.ts';

/** Says when search does less than it could on this machine. */
export function EmbedderBanner() {
  const { data } = useQuery({
    queryKey: [knowledgeKey, 'status'],
    queryFn: ({ signal }) => fetchStatus(signal),
    refetchInterval: (query) => (query.state.data?.embedder === 'loading' ? 5000 : false),
  });
  if (data?.embedder !== 'unavailable') return null;
  return (
    <p role="status" className="mb-4 rounded-xl bg-warn-soft px-4 py-3 text-sm text-warn">
      Search works by words only on this machine. {data.embedder_detail}
    </p>
  );
}
