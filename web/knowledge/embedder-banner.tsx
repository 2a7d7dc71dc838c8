import { embedderTrouble, rerankerTrouble } from './search-words.ts';
import { useSearchStatus } from './use-search-status.ts';

/** Says when search does less than it is set to do. */
export function EmbedderBanner() {
  const { data } = useSearchStatus();
  const troubles = data ? [embedderTrouble(data), rerankerTrouble(data)].filter((each) => each !== undefined) : [];
  if (troubles.length === 0) return null;
  return (
    <div role="status" className="mb-4 space-y-1 rounded-xl bg-warn-soft px-4 py-3 text-sm text-warn">
      {troubles.map((trouble) => (
        <p key={trouble} className="wrap-anywhere">
          {trouble}
        </p>
      ))}
    </div>
  );
}
