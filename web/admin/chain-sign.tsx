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
    queryFn: async ({ signal }) => {
      const state = await fetchChain(signal);
      const since = state.unsealed_since;
      return { ...state, lateSince: since !== null && Date.now() - Date.parse(since) > lateMs ? since : undefined };
    },
    refetchInterval: askEveryMs,
  });
  if (!chain) return null;
  return (
    <p className="text-xs text-muted">
      {chain.lateSince !== undefined ? (
        <span className="font-medium text-danger">
          Not sealed since <Moment at={chain.lateSince} />
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
