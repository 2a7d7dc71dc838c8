/** The only source of time. Tests pass their own. */
export type Clock = {
  /** UTC now as ISO 8601 with milliseconds and `Z`: the form every stored and sent time has. */
  now(): string;
  /** UTC now in milliseconds since 1970. */
  nowMs(): number;
  /** The machine's monotonic clock in milliseconds: comparable between processes of one boot, untouched by wall-clock jumps. */
  monotonicMs(): number;
};

export const systemClock: Clock = {
  now: () => new Date().toISOString(),
  nowMs: () => Date.now(),
  monotonicMs: () => Number(process.hrtime.bigint() / 1_000_000n),
};

/** Resolves after `ms`, or at once when the signal aborts. Never rejects. */
export function delay(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
}
