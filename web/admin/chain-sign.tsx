import { useQuery } from '@tanstack/react-query';
import { fetchChain } from '../api/audit.ts';
import { Moment } from '../ui/moment.tsx';

const askEveryMs = 5_000;
/** Records are sealed within a second; what waits longer than this waits for something. */
const lateMs = 10_000;

/** How far the log is sealed, and when its end was last written outside of the database. */
export function ChainSign() {
  const { data: chain } = useQuery({
    queryKey: ['audit', 'chain'],
    queryFn: ({ signal }) => fetchChain(signal),
    refetchInterval: askEveryMs,
  });
  if (!chain) return null;
  const since = chain.unsealed_since;
  const isLate = since !== null && Date.now() - Date.parse(since) > lateMs;
  return (
    <p className="text-xs text-muted">
      {isLate ? (
        <span className="font-medium text-danger">
          Not sealed since <Moment at={since} />
        </span>
      ) : (
        <>{chain.sealed.toLocaleString()} records sealed</>
      )}
      {chain.last_anchor && (
        <span className="hidden sm:inline">
          , anchored <Moment at={chain.last_anchor.at} />
        </span>
      )}
    </p>
  );
}
