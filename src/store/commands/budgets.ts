import type { BudgetKind } from '../../contract/budgets.ts';
import { command } from '../command.ts';
import { readUser } from '../queries/users.ts';
import { type Db, first, run, type Script } from '../script.ts';
import { findGroup } from './groups.ts';
import { type AuditEntry, type Change, recordAudit } from './record-audit.ts';

/** Whose budget: each user's who has none of their own, a group's, or one user's. */
export type BudgetOwner = { kind: 'everybody' } | { kind: BudgetKind; subjectId: string };

/** Sets a budget, or changes it. It holds for the very next message and attempt; what was used of it today stays used. */
export const putBudget = command(
  ['access', 'turns', 'audit'],
  function* (
    db: Db,
    args: Change & { owner: BudgetOwner; turnsPerDay: number | null; tokensPerDay: number | null },
  ): Script<'put' | 'not_found'> {
    const key = yield* findOwner(db, args.owner);
    if (!key) return 'not_found';
    const limits = { turns_per_day: args.turnsPerDay, tokens_per_day: args.tokensPerDay };
    const was = yield* first(
      db
        .selectFrom('budgets')
        .select(['turns_per_day', 'tokens_per_day'])
        .where('kind', '=', key.kind)
        .where('subject_id', '=', key.subject_id),
    );
    if (was?.turns_per_day === args.turnsPerDay && was.tokens_per_day === args.tokensPerDay) return 'put';
    const values = { ...limits, updated_at: args.at };
    yield* run(
      db
        .insertInto('budgets')
        .values({ ...key, ...values })
        .onConflict((conflict) => conflict.columns(['kind', 'subject_id']).doUpdateSet(values)),
    );
    yield* recordAudit(db, {
      at: args.at,
      by: args.by,
      action: 'budget.put',
      object: objectOf(args.owner),
      facts: limits,
    });
    return 'put';
  },
);

/** Takes a budget away; what is not there stays so. */
export const removeBudget = command(
  ['access', 'turns', 'audit'],
  function* (db: Db, args: Change & { owner: BudgetOwner }): Script<'removed' | 'not_found'> {
    const key = yield* findOwner(db, args.owner);
    if (!key) return 'not_found';
    const removed = yield* first(
      db
        .deleteFrom('budgets')
        .where('kind', '=', key.kind)
        .where('subject_id', '=', key.subject_id)
        .returning('subject_id'),
    );
    if (!removed) return 'removed';
    yield* recordAudit(db, { at: args.at, by: args.by, action: 'budget.removed', object: objectOf(args.owner) });
    return 'removed';
  },
);

function* findOwner(db: Db, owner: BudgetOwner): Script<{ kind: string; subject_id: string } | undefined> {
  if (owner.kind === 'everybody') return { kind: owner.kind, subject_id: '' };
  const found = yield* owner.kind === 'group' ? findGroup(db, owner.subjectId) : readUser(db, owner.subjectId);
  return found && { kind: owner.kind, subject_id: owner.subjectId };
}

function objectOf(owner: BudgetOwner): AuditEntry['object'] {
  return owner.kind === 'everybody' ? { kind: 'budget', id: 'everybody' } : { kind: owner.kind, id: owner.subjectId };
}
