import { unlessAborted } from './unless-aborted.ts';

/** How long somebody who was signed out or suspended may still be worked for. */
const askEveryMs = 3_000;

/** Does long work for as long as whoever wants it may have it. When `ask` throws they may not any more: what it threw is thrown here at once,
 *  and `refused` aborts, which is to end the work.
 *  @param everyMs  shorter only in tests */
export async function untilRefused<T>(
  { ask, refused }: { ask: () => Promise<unknown>; refused: AbortController },
  work: () => Promise<T>,
  everyMs = askEveryMs,
): Promise<T> {
  let asking = false;
  const timer = setInterval(() => {
    if (asking) return;
    asking = true;
    ask().then(
      () => (asking = false),
      (error: unknown) => refused.abort(error),
    );
  }, everyMs);
  try {
    return await unlessAborted(refused.signal, work(), () => refused.signal.reason as Error);
  } finally {
    clearInterval(timer);
  }
}
