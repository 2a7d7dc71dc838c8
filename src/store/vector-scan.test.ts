import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quantizeVector, VectorScan } from './vector-scan.ts';

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
        const scan = new VectorScan(6, 2);
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
        const even = scan.search(query, k, (id) => id % 2 === 0);
        expect(even.every((hit) => hit.id % 2 === 0)).toBe(true);
        const found = scan.search(query, k);
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
    const scan = new VectorScan(6);
    expect(() => scan.set(1, quantizeVector(new Float32Array(5)))).toThrow('does not fit');
    expect(() => scan.search(new Float32Array(5), 3)).toThrow('5 numbers');
  });
});
