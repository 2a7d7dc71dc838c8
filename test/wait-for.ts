import { setTimeout as pause } from 'node:timers/promises';

const everyMs = 25;
/** Long enough for a machine that several people share; a condition that holds is seen within `everyMs`. */
export const patientMs = 60_000;

/** Asks again and again until the condition gives something, and gives that.
 *  @throws Error that names what was waited for, when the time is over */
export async function waitFor<T>(
  what: string,
  condition: () => Promise<T | undefined | false> | T | undefined | false,
  withinMs = patientMs,
): Promise<T> {
  const deadlineMs = performance.now() + withinMs;
  for (;;) {
    const found = await condition();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadlineMs) throw new Error(`Not within ${withinMs} ms: ${what}`);
    await pause(everyMs);
  }
}

/** The fastest of a few tries in milliseconds: what the program needs, on a machine that others load too.
 *  Tries again only while the bound is not met. */
export async function fastestOf(tries: number, boundMs: number, measure: () => Promise<number>): Promise<number> {
  let bestMs = Number.POSITIVE_INFINITY;
  for (let i = 0; i < tries && bestMs > boundMs; i++) bestMs = Math.min(bestMs, await measure());
  return bestMs;
}
