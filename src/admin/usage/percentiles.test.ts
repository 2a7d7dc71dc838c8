import { expect, test } from 'vitest';
import { latencyEdgesMs } from '../../contract/latency-buckets.ts';
import { percentilesOf } from './percentiles.ts';

const stretchOf = (ms: number) => {
  const found = latencyEdgesMs.findIndex((edge) => ms <= edge);
  return found === -1 ? latencyEdgesMs.length : found;
};
const countOf = (times: readonly number[]) => times.map((ms) => ({ bucket: stretchOf(ms), turns: 1 }));

test('a percentile is at least what it was, and at most a tenth and a millisecond more', () => {
  const times = Array.from({ length: 1_000 }, (_, i) => 30 + i * i);
  const found = percentilesOf(countOf(times));
  for (const [given, rank] of [
    [found?.p50, 500],
    [found?.p90, 900],
    [found?.p99, 990],
  ] as const) {
    const exact = times[rank - 1] ?? 0;
    expect(given).toBeGreaterThanOrEqual(exact);
    expect(given).toBeLessThanOrEqual(exact * 1.1 + 1);
  }
});

test('counts of several days are those of all their turns', () => {
  const [monday, tuesday] = [countOf([100, 100, 100]), countOf([5_000])];
  const both = percentilesOf([...monday, ...tuesday]);
  expect(both).toEqual({ ...percentilesOf(countOf([100, 100, 100, 5_000])), turns: 4 });
  expect(both?.p50).toBeLessThan(111);
  expect(both?.p99).toBeGreaterThanOrEqual(5_000);
});

test('no turn has none, also where one was taken back, and what took hours is the last edge', () => {
  expect(percentilesOf([])).toBeNull();
  expect(percentilesOf([{ bucket: 3, turns: 0 }])).toBeNull();
  expect(percentilesOf(countOf([9_000_000]))?.p50).toBe(latencyEdgesMs.at(-1));
});

test('the edges are those that counts were stored by', () => {
  expect(latencyEdgesMs.slice(0, 6)).toEqual([20, 22, 25, 28, 31, 35]);
  expect([latencyEdgesMs.length, latencyEdgesMs.at(-1)]).toEqual([126, 3_625_960]);
});
