import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';

const resolutionMs = 10;

/** Watches this thread's event loop from here on; imports and openings before do not count. */
export async function watchEventLoop(): Promise<{ longestPauseMs(): number }> {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  await pause(3 * resolutionMs);
  delays.reset();
  return {
    longestPauseMs() {
      delays.disable();
      return Math.max(0, delays.max / 1e6 - resolutionMs);
    },
  };
}
