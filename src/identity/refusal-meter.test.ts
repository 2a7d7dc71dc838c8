import { expect, test } from 'vitest';
import { createRefusalMeter, maxRefusalRecords } from './refusal-meter.ts';

function given() {
  const clock = { ms: 1_000_000, monotonicMs: () => clock.ms };
  const meter = createRefusalMeter(clock);
  return { clock, count: (failures: number) => meter.count({ failures, isFirstWait: failures === 5 }) };
}

test('the attempt that begins an account’s first wait is recorded, with how many were refused since the record before', () => {
  const { count } = given();
  expect([1, 2, 3, 4, 5, 6, 7].map(count).map((told) => told?.refusedSince)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    5,
    undefined,
    undefined,
  ]);
  expect(count(5)).toEqual({ failures: 5, refusedSince: 3 });
});

test('a flood over many accounts makes a bounded number of records an hour, and the next one tells how many more there were', () => {
  const { clock, count } = given();
  const told = Array.from({ length: 10_000 }, () => count(5)).filter(Boolean);
  expect(told).toHaveLength(maxRefusalRecords);
  clock.ms += 3_600_000;
  expect(count(5)?.refusedSince).toBe(10_000 - maxRefusalRecords + 1);
});
