import type { BudgetLimits } from '../../src/contract/budgets.ts';

/** "50 messages and 20,000 tokens", "50 messages", "20,000 tokens", "no limit". */
export function limitWords({ turns_per_day: turns, tokens_per_day: tokens }: BudgetLimits): string {
  const parts = [
    ...(turns === null ? [] : [`${turns.toLocaleString()} ${turns === 1 ? 'message' : 'messages'}`]),
    ...(tokens === null ? [] : [`${tokens.toLocaleString()} ${tokens === 1 ? 'token' : 'tokens'}`]),
  ];
  return parts.length === 0 ? 'no limit' : parts.join(' and ');
}
