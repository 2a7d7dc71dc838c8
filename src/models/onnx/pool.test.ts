import { expect, test } from 'vitest';
import { type Pooling, pool } from './pool.ts';

/** Two rows of two tokens at most, three numbers each; the second row has one token. */
const tokens = {
  values: Float32Array.of(3, 0, 0, 0, 4, 0, 0, 0, 5, 9, 9, 9),
  mask: BigInt64Array.of(1n, 1n, 1n, 0n),
  rows: 2,
  length: 2,
  dimensions: 3,
};

test.each<[Pooling, number[]]>([
  ['cls', [1, 0, 0]],
  ['lasttoken', [0, 1, 0]],
  ['mean', [0.6, 0.8, 0]],
  ['mean_sqrt_len', [0.6, 0.8, 0]],
  ['max', [0.6, 0.8, 0]],
  ['weightedmean', [3 / Math.hypot(3, 8), 8 / Math.hypot(3, 8), 0]],
])('%s makes one vector of length 1 of a text and leaves padding out', (pooling, first) => {
  const pooled = [...pool(tokens, pooling)];
  for (const [i, value] of [...first, 0, 0, 1].entries()) expect(pooled[i]).toBeCloseTo(value, 6);
});
