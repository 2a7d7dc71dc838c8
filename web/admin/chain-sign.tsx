import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { fetchChain } from '../api/audit.ts';
import { rich, t } from '../i18n/translate.ts';
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
  const { lateSince, sealed, last_anchor: anchor } = chain;
  const state =
    lateSince === undefined ? (
      t('{sealed, plural, one {# record sealed} other {# records sealed}}', { sealed })
    ) : (
      <span className="font-medium text-danger">
        {rich('Not sealed since {when}', { when: <Moment at={lateSince} /> })}
      </span>
    );
  return (
    <p className="text-xs text-muted">
      {anchor
        ? rich('{state}<wide>, anchored {when}</wide>', {
            state,
            wide,
            when: <Moment at={anchor.at} />,
          })
        : state}
    </p>
  );
}

const wide = (inner: ReactNode) => <span className="hidden sm:inline">{inner}</span>;
