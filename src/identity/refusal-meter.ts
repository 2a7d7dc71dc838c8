import type { Clock } from '../clock.ts';

/** Refused sign-ins, as one record of the audit log tells them. */
export type Refusals = {
  /** Of the account, in a row. */
  failures: number;
  /** Of all accounts on this process since the record before. */
  refusedSince: number;
};

/** Records of refused sign-ins that one process makes within an hour: guessing shows in the audit log, and cannot fill it. */
export const maxRefusalRecords = 30;
const hourMs = 3_600_000;

/** Decides which refusals are recorded: that of the attempt which begins an account's first wait, while the hour has room. All others
 *  are counted into the next record. */
export function createRefusalMeter(clock: Pick<Clock, 'monotonicMs'>) {
  let refused = 0;
  let records = 0;
  let hourStartMs = clock.monotonicMs();

  return {
    count({ failures, isFirstWait }: { failures: number; isFirstWait: boolean }): Refusals | undefined {
      refused += 1;
      const nowMs = clock.monotonicMs();
      if (nowMs - hourStartMs >= hourMs) {
        hourStartMs = nowMs;
        records = 0;
      }
      if (!isFirstWait || records === maxRefusalRecords) return undefined;
      records += 1;
      const told = { failures, refusedSince: refused };
      refused = 0;
      return told;
    },
  };
}
