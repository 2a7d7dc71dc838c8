import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quantizeVector } from './quantized-vector.ts';
import { rowsPerBlock, VectorMemory } from './vector-memory.ts';
import { searchVectors, VectorScan } from './vector-scan.ts';

const vector = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 6, maxLength: 6 }).map((values) => {
  const length = Math.hypot(...values) || 1;
  return Float32Array.from(values, (value) => value / length);
});

describe('the vector scan', () => {
  test('finds what a full sort finds, whatever was replaced and deleted', () => {
    const change = fc.oneof(
      fc.record({ id: fc.nat(30), vector }),
      fc.record({ id: fc.nat(30), vector: fc.constant(undefined) }),
    );
    fc.assert(
      fc.property(fc.array(change, { maxLength: 80 }), vector, fc.integer({ min: 1, max: 12 }), (changes, query, k) => {
        const scan = new VectorScan(new VectorMemory(6));
        const expected = new Map<number, Float32Array>();
        for (const { id, vector } of changes) {
          if (vector === undefined) {
            scan.delete(id);
            expected.delete(id);
          } else {
            scan.set(id, quantizeVector(vector));
            expected.set(id, vector);
          }
        }
        expect(scan.size).toBe(expected.size);
        const even = searchVectors([scan], query, k, (id) => id % 2 === 0);
        expect(even.every((hit) => hit.id % 2 === 0)).toBe(true);
        const found = searchVectors([scan], query, k);
        const exact = (candidate: Float32Array) =>
          candidate.reduce((sum, value, i) => sum + value * (query[i] ?? 0), 0);
        const best = [...expected.values()].map(exact).toSorted((a, b) => b - a);
        expect(found).toHaveLength(Math.min(k, expected.size));
        for (const [rank, hit] of found.entries()) {
          expect(hit.score).toBeCloseTo(exact(expected.get(hit.id) ?? query), 1);
          expect(hit.score).toBeCloseTo(best[rank] ?? 0, 1);
          expect(hit.score).toBeLessThanOrEqual(found[rank - 1]?.score ?? Infinity);
        }
      }),
    );
  });
  test('vectors of another length are refused', () => {
    const scan = new VectorScan(new VectorMemory(6));
    expect(() => scan.set(1, quantizeVector(new Float32Array(5)))).toThrow('does not fit');
    expect(() => searchVectors([scan], new Float32Array(5), 3)).toThrow('5 numbers');
  });
  test.each([384, 1000, 1536])('scores among %i numbers are those of the kept vectors', (dimensions) => {
    const random = seeded(dimensions);
    const scan = new VectorScan(new VectorMemory(dimensions));
    const kept = Array.from({ length: 2 * rowsPerBlock + 3 }, () => quantizeVector(unit(dimensions, random)));
    for (const [id, vector] of kept.entries()) scan.set(id, vector);
    const even = new Float32Array(dimensions).fill(1 / Math.sqrt(dimensions));
    const one = new Float32Array(dimensions);
    one[dimensions - 1] = -1;
    for (const query of [unit(dimensions, random), even, one]) {
      const exact = new Map(kept.entries().map(([id, vector]) => [id, product(vector, query)]));
      const found = searchVectors([scan], query, kept.length);
      expect(found).toHaveLength(kept.length);
      for (const { id, score } of found) expect(Math.abs(score - (exact.get(id) ?? NaN))).toBeLessThan(2e-4);
    }
  });
  test('the largest products stay within their sum', () => {
    const scan = new VectorScan(new VectorMemory(4096));
    const even = new Float32Array(4096).fill(1 / 64);
    scan.set(1, quantizeVector(even));
    scan.set(2, quantizeVector(even.map((value) => -value)));
    const [best, worst] = searchVectors([scan], even, 2);
    expect(best).toEqual({ id: 1, score: expect.closeTo(1, 3) });
    expect(worst).toEqual({ id: 2, score: expect.closeTo(-1, 3) });
  });
  test('a query of zeros finds everything equally near', () => {
    const scan = new VectorScan(new VectorMemory(6));
    for (const id of [7, 3, 5]) scan.set(id, quantizeVector(unit(6, seeded(id))));
    expect(searchVectors([scan], new Float32Array(6), 2)).toEqual([
      { id: 3, score: 0 },
      { id: 5, score: 0 },
    ]);
  });
  test('what one scan gave back serves another', () => {
    const memory = new VectorMemory(16);
    const [first, second] = [new VectorScan(memory), new VectorScan(memory)];
    const vectorOf = (id: number) => quantizeVector(unit(16, seeded(id)));
    for (let id = 0; id < 3 * rowsPerBlock; id++) first.set(id, vectorOf(id));
    for (let id = 0; id < 3 * rowsPerBlock - 1; id++) first.delete(id);
    for (let id = 0; id < 3 * rowsPerBlock; id++) second.set(id, vectorOf(id + 10_000));
    const left = 3 * rowsPerBlock - 1;
    const query = unit(16, seeded(left));
    expect(searchVectors([first], query, 9)).toEqual([{ id: left, score: expect.closeTo(1, 2) }]);
    expect(searchVectors([second], unit(16, seeded(10_001)), 1)).toEqual([{ id: 1, score: expect.closeTo(1, 2) }]);
  });
});

const product = ({ bytes, scale }: { bytes: Int8Array; scale: number }, query: Float32Array) =>
  bytes.reduce((sum, byte, i) => sum + byte * scale * (query[i] ?? 0), 0);

function unit(dimensions: number, random: () => number): Float32Array {
  const values = Float32Array.from({ length: dimensions }, () => random() - 0.5);
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}

/** Numbers from 0 to 1, the same for the same seed.
 *  @see Numerical Recipes, 3rd edition, 7.1 (the constants of its linear congruential generator) */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32) / 2 ** 32;
}
