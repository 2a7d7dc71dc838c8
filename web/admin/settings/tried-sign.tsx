import { CircleCheck, TriangleAlert } from 'lucide-react';

/** What came of a test, and how long it took; said aloud when it is there. */
export function TriedSign({ tried }: { tried: Tried | undefined }) {
  return (
    <p role="status" className="text-sm">
      {tried && (
        <span className={tried.isGood ? '' : 'text-danger'}>
          {tried.isGood ? (
            <CircleCheck aria-label="Works" className="mr-1.5 inline size-4 text-accent" />
          ) : (
            <TriangleAlert aria-label="Does not work" className="mr-1.5 inline size-4" />
          )}
          {tried.message} <span className="text-muted">({durationWords(tried.durationMs)})</span>
        </span>
      )}
    </p>
  );
}

export type Tried = { isGood: boolean; message: string; durationMs: number };

/** Pure. */
function durationWords(ms: number): string {
  return ms < 1_000 ? `${ms} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
