/** What the work gives, or what `late` makes of it when the signal aborts first. The work itself goes on then, and nobody hears of it. */
export async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>, late: () => Error): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(late());
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
