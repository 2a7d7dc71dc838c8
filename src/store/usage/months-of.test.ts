import { expect, test } from 'vitest';
import { daysBeside, daysOfMonth, wholeMonths } from './months-of.ts';

test.each([
  ['2026-01', '2026-01-31'],
  ['2026-02', '2026-02-28'],
  ['2028-02', '2028-02-29'],
  ['2026-11', '2026-11-30'],
  ['2026-12', '2026-12-31'],
])('%s ends on %s', (month, to) => {
  expect(daysOfMonth(month)).toEqual({ from: `${month}-01`, to });
});

test.each([
  ['2026-01-01', '2026-12-31', 12],
  ['2026-01-02', '2026-12-30', 10],
  ['2025-11-29', '2026-11-28', 11],
  ['2026-02-01', '2026-02-28', 1],
  ['2026-02-01', '2026-02-27', 0],
  ['2026-02-02', '2026-02-20', 0],
])('from %s to %s there are %i whole months, and the days beside them are all others', (from, to, count) => {
  const months = wholeMonths(from, to);
  expect(months).toHaveLength(count);
  const beside = daysBeside(from, to, months);
  const all = [...beside, ...months.flatMap((month) => daysBeside(`${month}-01`, daysOfMonth(month).to, []))];
  expect(all.toSorted()).toEqual(daysBeside(from, to, []));
});
