/** Work that is done once for everybody who asks while it is under way and for `forMs` after it: what is asked for without an account must
 *  not be work for each who asks. The work must not throw. */
export function shareResult<Result>(forMs: number, work: () => Promise<Result>): () => Promise<Result> {
  let latest: { result: Promise<Result>; untilMs: number } | undefined;
  return () => {
    if (latest && performance.now() < latest.untilMs) return latest.result;
    const begun = { result: work(), untilMs: Number.POSITIVE_INFINITY };
    void begun.result.finally(() => {
      begun.untilMs = performance.now() + forMs;
    });
    latest = begun;
    return begun.result;
  };
}
