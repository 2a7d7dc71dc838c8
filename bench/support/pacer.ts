import { monotonicNs } from './stamps.ts';

/** Wakes many waiters, each at its moment, with one timer: what a thousand timers would cost is not the server's. */
export type Pacer = {
  /** Resolves at a moment of the machine's monotonic clock, up to a millisecond late. */
  until(ns: number): Promise<void>;
};

export function createPacer(): Pacer {
  /** Who waits, by the millisecond in which they are due. */
  const due = new Map<number, (() => void)[]>();
  let done = Math.floor(monotonicNs() / 1e6);
  setInterval(() => {
    const now = Math.floor(monotonicNs() / 1e6);
    for (; done < now; done++) {
      for (const wake of due.get(done) ?? []) wake();
      due.delete(done);
    }
  }, 1).unref();
  return {
    until: (ns) =>
      new Promise((resolve) => {
        const ms = Math.max(done, Math.floor(ns / 1e6));
        const waiting = due.get(ms);
        if (waiting) waiting.push(resolve);
        else due.set(ms, [resolve]);
      }),
  };
}
