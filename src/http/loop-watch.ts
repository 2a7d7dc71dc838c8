/** Tells when the event loop stays late: everything that is asked for then waits for what was asked before. */
export type LoopWatch = {
  isLate(): boolean;
  close(): void;
};

const everyMs = 25;
/** One hold of any length is no overload: the loop is late when each of so many rounds in a row was. */
const rounds = 4;
/** Below what a person notices, above what a busy moment takes. */
const lateMs = 75;

export function watchLoop(): LoopWatch {
  let lateRounds = 0;
  let lastMs = performance.now();
  const timer = setInterval(() => {
    const nowMs = performance.now();
    lateRounds = nowMs - lastMs - everyMs > lateMs ? lateRounds + 1 : 0;
    lastMs = nowMs;
  }, everyMs).unref();
  return {
    isLate: () => lateRounds >= rounds,
    close: () => clearInterval(timer),
  };
}
