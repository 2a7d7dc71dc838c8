import type { Hit } from './hit.ts';

/** `score` is 0 to 1. `scores` holds what each list gave, in the order of the lists; undefined where it found nothing. */
export type FusedHit<Id extends string | number = number> = Hit<Id> & { scores: (number | undefined)[] };

/** How many of each list take part; beyond it a list says little and costs sorting. */
export const fusedPerList = 500;

/** Merges ranked lists by the weighted sum of their min-max scaled scores: each list's best counts 1, its last 0, what a list
 *  does not hold counts 0 there. Pure. Ties keep the order of the earlier list, then of the ids.
 *  @param lists  each best first; only the first `fusedPerList` hits of each take part
 *  @param weights  one a list; equal shares unless given
 *  @returns all hits of all lists, best first
 *  @see Lee 1997 "Analyses of multiple evidence combination" (CombSUM over min-max); measured in docs/decisions/0021 */
export function fuse<Id extends string | number>(
  lists: readonly (readonly Hit<Id>[])[],
  weights: readonly number[] = lists.map(() => 1 / lists.length),
): FusedHit<Id>[] {
  const fused = new Map<Id, FusedHit<Id>>();
  for (const [index, list] of lists.entries()) {
    const head = list.slice(0, fusedPerList);
    const scale = minMax(head);
    for (const { id, score } of head) {
      const hit = fused.get(id) ?? { id, score: 0, scores: lists.map(() => undefined) };
      if (hit.scores[index] !== undefined) continue;
      hit.scores[index] = score;
      hit.score += (weights[index] ?? 0) * scale(score);
      fused.set(id, hit);
    }
  }
  return [...fused.values()].toSorted((a, b) => b.score - a.score || compareScores(a, b) || compareIds(a.id, b.id));
}

/** A list of one, or of equals, says "found" and nothing more, which counts 1. */
function minMax(list: readonly Hit<string | number>[]): (score: number) => number {
  let min = Infinity;
  let max = -Infinity;
  for (const { score } of list) {
    min = Math.min(min, score);
    max = Math.max(max, score);
  }
  return max > min ? (score) => (score - min) / (max - min) : () => 1;
}

function compareScores(a: FusedHit<string | number>, b: FusedHit<string | number>): number {
  for (const [index, score] of a.scores.entries()) {
    const difference = (b.scores[index] ?? -Infinity) - (score ?? -Infinity);
    if (!Number.isNaN(difference) && difference !== 0) return difference;
  }
  return 0;
}

function compareIds(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
