import {
  type BudgetKind,
  type BudgetLimits,
  budgetList,
  subjectBudget,
  usageAnswer,
} from '../../src/contract/budgets.ts';
import { call, command, queryString } from './client.ts';

const budgets = '/api/admin/budgets';

/** Whose budget: each person's who has none of their own, a group's, or one person's. */
export type BudgetOwner = { kind: 'everybody' } | { kind: BudgetKind; subject_id: string };

const at = (owner: BudgetOwner) =>
  owner.kind === 'everybody'
    ? `${budgets}/everybody`
    : `${budgets}/${owner.kind}/${encodeURIComponent(owner.subject_id)}`;

export const listBudgets = (query: { cursor?: string; limit?: number }, signal: AbortSignal) =>
  call(budgetList, 'GET', `${budgets}${queryString(query)}`, { signal });
export const fetchUserBudget = (userId: string, signal: AbortSignal) =>
  call(subjectBudget, 'GET', at({ kind: 'user', subject_id: userId }), { signal });
export const putBudget = (owner: BudgetOwner, body: BudgetLimits) => command('PUT', at(owner), { body });
export const removeBudget = (owner: BudgetOwner) => command('DELETE', at(owner));

export const fetchUsage = (signal: AbortSignal) => call(usageAnswer, 'GET', '/api/account/usage', { signal });
