import type { Clock } from '../../clock.ts';
import { newId } from '../../ids.ts';
import type { Log } from '../../log.ts';
import type { UsageMonth } from '../../store/queries/usage-months.ts';
import type { Store } from '../../store/store.ts';

/** Sums up what was used in months that are over, so that a year is read from them. Every process has one; what one has stored the others leave out,
 *  and where two sum up the same, the later one is stored. */
export type MonthSummer = {
  start(): void;
  /** Resolves once what was under way is stored; the next start goes on with the rest. */
  close(): Promise<void>;
};

/** A turn that ends after its month is over is looked for so often, and a month that is over since. */
const lookAgainMs = 600_000;
/** A start has more urgent things to do. */
const firstLookMs = 5_000;
/** About 10 ms of the writer, and as long a pause in which others write. */
const rowsAtOnce = 50;
const pauseMs = 10;

type SummingPorts = { store: Store; clock: Clock };

export function createMonthSummer({ store, clock, log }: SummingPorts & { log: Log }): MonthSummer {
  let timer: NodeJS.Timeout | undefined;
  let summing = Promise.resolve();
  const closed = new AbortController();

  function lookAfter(ms: number): void {
    if (closed.signal.aborted) return;
    timer = setTimeout(() => {
      summing = sumAll();
    }, ms);
  }

  async function sumAll(): Promise<void> {
    try {
      await sumUpMonths({ store, clock }, closed.signal);
    } catch (error) {
      log.warn('usage_months_failed', { reason: String(error) });
    }
    lookAfter(lookAgainMs);
  }

  return {
    start: () => lookAfter(firstLookMs),
    async close() {
      closed.abort();
      clearTimeout(timer);
      await summing;
    },
  };
}

/** Sums up all months that are over and whose sums are not stored. */
export async function sumUpMonths({ store, clock }: SummingPorts, signal: AbortSignal): Promise<void> {
  const before = clock.now().slice(0, 'YYYY-MM'.length);
  while (!signal.aborted) {
    const month = await store.scan.usageMonthToSum({ before });
    // Somebody else sums it up: what is left is looked for another time.
    if (!month || (await sumUpMonth(store, month, signal)) === 'moved') return;
  }
}

/** Sums up one month of one kind, in steps that leave the writer to others. What was counted since it was read is noticed when it is read again. */
async function sumUpMonth(store: Store, month: UsageMonth, signal: AbortSignal): Promise<'stored' | 'moved'> {
  let summed = await store.scan.usageMonth(month);
  while (summed.unnumbered.length > 0 && !signal.aborted) {
    await store.write.numberPeople({ userIds: summed.unnumbered });
    await pause();
    summed = await store.scan.usageMonth(month);
  }
  const { rows, turns } = summed;
  const summingId = newId();
  for (let at = 0; ; at += rowsAtOnce) {
    if (signal.aborted) return 'moved';
    const some = rows.slice(at, at + rowsAtOnce);
    const place = { isFirst: at === 0, isLast: at + rowsAtOnce >= rows.length };
    const outcome = await store.write.storeUsageMonth({ ...month, summingId, turns, rows: some, ...place });
    if (outcome === 'moved' || place.isLast) return outcome;
    await pause();
  }
}

const pause = () => new Promise<void>((resolve) => setTimeout(resolve, pauseMs));
