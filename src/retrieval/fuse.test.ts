import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fuse, fusedPerList } from './fuse.ts';
import type { Hit } from './hit.ts';

const listOf = fc
  .uniqueArray(fc.record({ id: fc.nat(400), score: fc.double({ min: -5, max: 5, noNaN: true }) }), {
    selector: (hit) => hit.id,
    maxLength: 300,
  })
  .map((hits): Hit[] => hits.toSorted((a, b) => b.score - a.score));

describe('fusing ranked lists', () => {
  test('half a point from each list, nothing from the one that missed', () => {
    const words = [
      { id: 1, score: 12 },
      { id: 2, score: 8 },
      { id: 3, score: 4 },
    ];
    const meaning = [
      { id: 3, score: 0.9 },
      { id: 2, score: 0.5 },
    ];
    expect(fuse([words, meaning])).toEqual([
      { id: 1, score: 0.5, scores: [12, undefined] },
      { id: 3, score: 0.5, scores: [4, 0.9] },
      { id: 2, score: 0.25, scores: [8, 0.5] },
    ]);
  });
  test('one list alone keeps its order', () => {
    expect(fuse([[{ id: 7, score: 3 }], []])).toEqual([{ id: 7, score: 0.5, scores: [3, undefined] }]);
    expect(fuse([[], []])).toEqual([]);
  });
  test('ties keep the order of the ids', () => {
    const equal = [5, 3, 9].map((id) => ({ id, score: 1 }));
    expect(fuse([equal]).map((hit) => hit.id)).toEqual([3, 5, 9]);
  });
  test('every hit of the heads appears once, scores are 0 to 1 and fall', () => {
    fc.assert(
      fc.property(listOf, listOf, (a, b) => {
        const fused = fuse([a, b]);
        const heads = [...a.slice(0, fusedPerList), ...b.slice(0, fusedPerList)].map((hit) => hit.id);
        expect(new Set(fused.map((hit) => hit.id))).toEqual(new Set(heads));
        expect(fused).toHaveLength(new Set(heads).size);
        for (const [i, hit] of fused.entries()) {
          expect(hit.score).toBeGreaterThanOrEqual(0);
          expect(hit.score).toBeLessThanOrEqual(1);
          expect(hit.score).toBeLessThanOrEqual(fused[i - 1]?.score ?? 1);
        }
        expect(fuse([a, b])).toEqual(fused);
      }),
    );
  });
});
