import { latencyEdgesMs } from '../../contract/latency-buckets.ts';
import type { Percentiles } from '../../contract/usage.ts';

/** What of turns that are counted by how long they took: the upper edge of the stretch in which the turn of that rank lies; null for no turns.
 *  What took longer than the last edge is given as that. Pure. */
export function percentilesOf(counted: readonly { bucket: number; turns: number }[]): Percentiles | null {
  const stretches = counted.filter(({ turns }) => turns > 0).toSorted((a, b) => a.bucket - b.bucket);
  const turns = stretches.reduce((sum, each) => sum + each.turns, 0);
  if (turns === 0) return null;
  const at = (share: number) => {
    const rank = Math.ceil(share * turns);
    let passed = 0;
    const found = stretches.find((each) => (passed += each.turns) >= rank);
    return latencyEdgesMs[found?.bucket ?? 0] ?? latencyEdgesMs.at(-1) ?? 0;
  };
  return { turns, p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}
