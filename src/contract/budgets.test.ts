import { expect, test } from 'vitest';
import { budgetDay, renewsAt, secondsUntilRenewal } from './budgets.ts';

test.each([
  ['2026-11-26T00:00:00.000Z', '2026-11-27T00:00:00.000Z', 86_400],
  ['2026-11-26T12:00:00.001Z', '2026-11-27T00:00:00.000Z', 43_200],
  ['2026-12-31T23:59:59.999Z', '2027-01-01T00:00:00.000Z', 1],
  ['2028-02-28T23:00:00.000Z', '2028-02-29T00:00:00.000Z', 3_600],
])('a budget of %s renews at %s, in %i s', (at, renewal, seconds) => {
  expect(renewsAt(at)).toBe(renewal);
  expect(secondsUntilRenewal(at)).toBe(seconds);
  expect(budgetDay(renewal) > budgetDay(at)).toBe(true);
});
