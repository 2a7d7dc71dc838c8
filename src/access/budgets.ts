import type { Clock } from '../clock.ts';
import type { By } from '../contract/audit.ts';
import {
  type Budget,
  type BudgetKind,
  type BudgetLimits,
  type BudgetList,
  type BudgetUsage,
  budgetDay,
  renewsAt,
  type SubjectBudget,
  type UsageAnswer,
} from '../contract/budgets.ts';
import { AppError } from '../errors.ts';
import type { BudgetOwner } from '../store/commands/budgets.ts';
import type { BudgetRecord, NamedBudgetState } from '../store/queries/budgets.ts';
import type { Store } from '../store/store.ts';
import { type NamePage, pageByName } from './page-by-name.ts';

type Ports = { store: Store; clock: Clock };

/** Sets a budget, or changes it. A user's may be without limits: that user is then exempt from everybody's.
 *  @throws AppError not_found for a group or a user that is not there; bad_request for a budget that limits nothing */
export async function putBudget(
  { store, clock }: Ports,
  by: By,
  owner: BudgetOwner,
  limits: BudgetLimits,
): Promise<void> {
  const { turns_per_day: turnsPerDay, tokens_per_day: tokensPerDay } = limits;
  if (owner.kind !== 'user' && turnsPerDay === null && tokensPerDay === null) {
    throw new AppError('bad_request', {
      detail: 'Body: set turns_per_day or tokens_per_day. To have no limit, remove the budget.',
    });
  }
  const outcome = await store.write.putBudget({ owner, turnsPerDay, tokensPerDay, at: clock.now(), by });
  if (outcome === 'not_found') throw new AppError('not_found');
}

/** Takes a budget away; what is not there stays so.
 *  @throws AppError not_found for a group or a user that is not there */
export async function removeBudget({ store, clock }: Ports, by: By, owner: BudgetOwner): Promise<void> {
  const outcome = await store.write.removeBudget({ owner, at: clock.now(), by });
  if (outcome === 'not_found') throw new AppError('not_found');
}

/** Everybody's budget, and a page of those of groups and users, with what is used of them today.
 *  @throws AppError bad_request for a cursor that no page gave */
export async function listBudgets({ store, clock }: Ports, page: NamePage): Promise<BudgetList> {
  const at = clock.now();
  const everybody = await store.read.budgetOf({ kind: 'everybody', subjectId: '' });
  const { rows, nextCursor } = await pageByName(
    page,
    (range) => store.scan.listBudgets({ ...range, at }),
    (record) => record.sort_key,
  );
  return { ...todayOf(at), everybody: everybody ?? null, budgets: rows.map(toBudget), next_cursor: nextCursor };
}

/** What one group or one user has, and what is used of it today.
 *  @throws AppError not_found */
export async function readSubjectBudget(
  { store, clock }: Ports,
  { kind, subjectId }: { kind: BudgetKind; subjectId: string },
): Promise<SubjectBudget> {
  const at = clock.now();
  const known = await (kind === 'group'
    ? store.scan.groupById({ groupId: subjectId })
    : store.read.userById({ userId: subjectId }));
  if (!known) throw new AppError('not_found');
  const own = (await store.read.budgetOf({ kind, subjectId })) ?? null;
  if (kind === 'user') return { own, ...(await usageOf({ store, clock }, subjectId)) };
  const pool = await store.scan.groupBudget({ groupId: subjectId, at });
  return { ...todayOf(at), own, budgets: pool ? [ofPool(pool)] : [] };
}

/** What a user has left of each budget that is for them, and when it renews. */
export async function usageOf({ store, clock }: Ports, userId: string): Promise<UsageAnswer> {
  const at = clock.now();
  const budgets = await store.read.budgetsOfUser({ userId, at });
  return { ...todayOf(at), budgets: budgets.map(toUsage) };
}

const todayOf = (at: string) => ({ day: budgetDay(at), renews_at: renewsAt(at) });

function toBudget({ id, turns, tokens, reserved_tokens, sort_key: _key, ...record }: BudgetRecord): Budget {
  return { ...record, subject_id: id, turns_used: turns, tokens_used: tokens, tokens_reserved: reserved_tokens };
}

function ofPool({
  id,
  name,
  turns,
  tokens,
  reserved_tokens,
  turns_per_day,
  tokens_per_day,
}: BudgetRecord): BudgetUsage {
  return {
    kind: 'group',
    group_id: id,
    group_name: name,
    turns: usage(turns_per_day, turns),
    tokens: usage(tokens_per_day, tokens + reserved_tokens),
  };
}

function toUsage(state: NamedBudgetState): BudgetUsage {
  return {
    kind: state.kind,
    group_id: state.kind === 'group' ? state.subjectId : null,
    group_name: state.groupName,
    turns: usage(state.turnsPerDay, state.turns),
    tokens: usage(state.tokensPerDay, state.tokens + state.reservedTokens),
  };
}

function usage(limit: number | null, used: number): BudgetUsage['turns'] {
  return { limit, used, left: limit === null ? null : Math.max(0, limit - used) };
}
