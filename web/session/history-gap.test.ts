import { expect, test } from 'vitest';
import { firstMissingBelow } from './history-gap.ts';

test('paging goes on at the newest hole, not at the oldest known event', () => {
  expect(firstMissingBelow(new Set([3, 6, 7, 8]), 8)).toBe(5);
  expect(firstMissingBelow(new Set([1, 2, 3]), 3)).toBe(0);
  expect(firstMissingBelow(new Set(), 0)).toBe(0);
});
