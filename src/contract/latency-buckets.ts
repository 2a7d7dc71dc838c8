/** The upper edges, in milliseconds, of the stretches that latencies are counted in: each a tenth longer than the one before, from 20 ms to
 *  over an hour. Counts that are stored name a stretch by its number: an edge never changes. */
export const latencyEdgesMs: readonly number[] = edges();

function edges(): number[] {
  const found = [20];
  for (let edge = 20; edge < 3_600_000; ) {
    edge = Math.ceil(edge * 1.1);
    found.push(edge);
  }
  return found;
}
