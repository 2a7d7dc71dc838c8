import type { Clock } from '../../clock.ts';

/** The time that all instances on a database share: the database's own, carried on by this machine's monotonic clock between two looks. */
export type DatabaseClock = Clock & {
  /** Takes in what the database said: `databaseMs` since 1970, asked for at `askedMs` and answered at `answeredMs` of this machine's
   *  monotonic clock. */
  adjust(told: { databaseMs: number; askedMs: number; answeredMs: number }): void;
};

/** Leases of this store are readings of one clock, whatever machine holds them. */
export const databaseBoot = 'postgres';

/** Beyond what the way there and back explains. */
const toleranceMs = 5;

/** Until it was adjusted it is this machine's. Its readings never go back. */
export function createDatabaseClock(local: Clock): DatabaseClock {
  let offsetMs = local.nowMs() - local.monotonicMs();
  let isAdjusted = false;
  let lastMs = 0;
  const nowMs = () => (lastMs = Math.max(lastMs, Math.round(local.monotonicMs() + offsetMs)));
  return {
    now: () => new Date(nowMs()).toISOString(),
    nowMs,
    monotonicMs: nowMs,
    adjust({ databaseMs, askedMs, answeredMs }) {
      const halfMs = (answeredMs - askedMs) / 2;
      const measuredMs = databaseMs - askedMs - halfMs;
      if (isAdjusted && Math.abs(measuredMs - offsetMs) <= halfMs + toleranceMs) return;
      offsetMs = measuredMs;
      isAdjusted = true;
    },
  };
}
