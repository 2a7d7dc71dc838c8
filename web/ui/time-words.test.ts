import { expect, test } from 'vitest';
import { byteSize } from './byte-size.ts';
import { relativeTime } from './time-words.ts';

const now = Date.parse('2026-11-22T12:00:00.000Z');
const minute = 60_000;

test.each([
  [0, 'just now'],
  [59_000, 'just now'],
  [5 * minute, '5 min ago'],
  [3 * 60 * minute, '3 h ago'],
  [25 * 60 * minute, 'yesterday'],
  [4 * 24 * 60 * minute, '4 days ago'],
])('%d ms ago reads "%s"', (ms, words) => {
  expect(relativeTime(now - ms, now)).toBe(words);
});

test('sizes read in the unit that fits', () => {
  expect([0, 900, 1500, 2_500_000, 3_000_000_000].map(byteSize)).toEqual(['0 B', '900 B', '1.5 kB', '2.5 MB', '3 GB']);
});
