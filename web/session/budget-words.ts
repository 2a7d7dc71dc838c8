import type { BudgetUsage, UsageAnswer } from '../../src/contract/budgets.ts';
import { t } from '../i18n/translate.ts';

/** A budget is spoken of when less than this part of it is left. */
const scarce = 0.2;

type Amount = { limit: number; left: number; unit: 'messages' | 'tokens'; groupName: string | null };

/** What a person must know about their budgets: how much is left of the scarcest, and when it renews; undefined while there is enough of all.
 *  @param timeOf  how a time is written for this person */
export function budgetWords(usage: UsageAnswer, timeOf: (at: number) => string): string | undefined {
  const scarcest = usage.budgets
    .flatMap(amountsOf)
    .filter(({ left, limit }) => left < limit * scarce)
    .toSorted((a, b) => a.left / a.limit - b.left / b.limit)[0];
  if (!scarcest) return undefined;
  const { limit, left, unit, groupName } = scarcest;
  const amount = { left, limit, unit, time: timeOf(Date.parse(usage.renews_at)) };
  return groupName === null
    ? t(
        '{left, number} of {limit, number} {unit, select, messages {messages} other {tokens}} are left today. ' +
          'They renew at {time}.',
        amount,
      )
    : t(
        '{left, number} of {limit, number} {unit, select, messages {messages} other {tokens}} that you share with ' +
          '{group} are left today. They renew at {time}.',
        { ...amount, group: groupName },
      );
}

function amountsOf({ turns, tokens, group_name: groupName }: BudgetUsage): Amount[] {
  return [
    ...amountOf(turns).map((amount) => ({ ...amount, unit: 'messages' as const, groupName })),
    ...amountOf(tokens).map((amount) => ({ ...amount, unit: 'tokens' as const, groupName })),
  ];
}

function amountOf({ limit, left }: BudgetUsage['turns']): { limit: number; left: number }[] {
  return limit === null || left === null ? [] : [{ limit, left }];
}
