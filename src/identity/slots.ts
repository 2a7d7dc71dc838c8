import { AppError } from '../errors.ts';

/** Runs costly work a few pieces at a time. */
export type Slots = {
  /** @throws AppError overloaded, when as much as may wait waits already */
  run<T>(work: () => Promise<T>): Promise<T>;
};

/** @param limits  `atOnce` pieces run, `waiting` more may wait for their turn, first come first served */
export function createSlots(limits: { atOnce: number; waiting: number }): Slots {
  let running = 0;
  const waiting: (() => void)[] = [];

  return {
    async run(work) {
      if (running < limits.atOnce) running += 1;
      else if (waiting.length >= limits.waiting) throw new AppError('overloaded', { retryAfterSeconds: 3 });
      // Whoever ends hands its place over, so `running` stays as it is.
      else await new Promise<void>((start) => waiting.push(start));
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else running -= 1;
      }
    },
  };
}
