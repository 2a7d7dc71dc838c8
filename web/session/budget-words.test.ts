import { expect, test } from 'vitest';
import type { BudgetUsage } from '../../src/contract/budgets.ts';
import { budgetWords } from './budget-words.ts';

type Limited = [limit: number | null, left: number | null];

function given(turns: Limited, tokens: Limited, groupName: string | null = null): BudgetUsage {
  const of = ([limit, left]: Limited) => ({ limit, left, used: (limit ?? 0) - (left ?? 0) });
  const kind = groupName === null ? 'user' : 'group';
  return { kind, group_id: null, group_name: groupName, turns: of(turns), tokens: of(tokens) };
}

const words = (...budgets: BudgetUsage[]) =>
  budgetWords({ day: '2026-11-26', renews_at: '2026-11-27T00:00:00.000Z', budgets }, (at) =>
    new Date(at).toISOString(),
  );
const none: Limited = [null, null];

test('nothing is said without a budget, and while a fifth of each is left', () => {
  expect(words()).toBeUndefined();
  expect(words(given(none, none))).toBeUndefined();
  expect(words(given([10, 2], [1_000, 200]), given([5, 5], none, 'Finance'))).toBeUndefined();
});

test('the scarcest budget is named, with what is left of it and when it renews', () => {
  const renews = 'They renew at 2026-11-27T00:00:00.000Z.';
  expect(words(given([10, 1], none))).toBe(`1 of 10 messages are left today. ${renews}`);
  expect(words(given([10, 1], [20_000, 1_500]))).toBe(`1,500 of 20,000 tokens are left today. ${renews}`);
  expect(words(given([10, 1], none), given([100, 0], none, 'Finance'))).toBe(
    `0 of 100 messages that you share with Finance are left today. ${renews}`,
  );
});
