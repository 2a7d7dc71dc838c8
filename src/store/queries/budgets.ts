import { sql } from 'kysely';
import { type BudgetKind, budgetDay } from '../../contract/budgets.ts';
import { query } from '../command.ts';
import { all, type Db, first, type Script } from '../script.ts';
import { type BudgetState, budgetsOf } from './budgets-of-user.ts';

export type BudgetLimitsRecord = { turns_per_day: number | null; tokens_per_day: number | null };

/** The budget that was set for everybody, for a group or for a user; undefined for none. */
export const budgetOf = query(function* (
  db: Db,
  args: { kind: 'everybody' | BudgetKind; subjectId: string },
): Script<BudgetLimitsRecord | undefined> {
  return yield* first(
    db
      .selectFrom('budgets')
      .select(['turns_per_day', 'tokens_per_day'])
      .where('kind', '=', args.kind)
      .where('subject_id', '=', args.subjectId),
  );
});

/** A budget that a user's messages are counted in; of a group, its name. */
export type NamedBudgetState = BudgetState & { groupName: string | null };

/** The budgets that are for a user at a time: their own or everybody's, then those of their groups by name. */
export const budgetsOfUser = query(function* (
  db: Db,
  args: { userId: string; at: string },
): Script<NamedBudgetState[]> {
  const budgets = yield* budgetsOf(db, args);
  const ids = budgets.filter(({ kind }) => kind === 'group').map(({ subjectId }) => subjectId);
  if (ids.length === 0) return budgets.map((budget) => ({ ...budget, groupName: null }));
  const groups = yield* all(db.selectFrom('groups').select(['id', 'name']).where('id', 'in', ids).orderBy('name_key'));
  return [
    ...budgets.filter(({ kind }) => kind === 'user').map((budget) => ({ ...budget, groupName: null })),
    ...groups.flatMap(({ id, name }) =>
      budgets.filter(({ subjectId }) => subjectId === id).map((budget) => ({ ...budget, groupName: name })),
    ),
  ];
});

export type BudgetRecord = BudgetLimitsRecord & {
  id: string;
  kind: BudgetKind;
  name: string;
  /** `kind` and the key of the name: what the list is sorted by. */
  sort_key: string;
  turns: number;
  tokens: number;
  reserved_tokens: number;
  updated_at: string;
};

/** The budgets of groups by name, then those of users by name, with what is used of them on a time's day; keyset-paged by `afterKey`
 *  (a `sort_key`). It sorts the budgets that were set, which an administrator does one by one. */
export const listBudgets = query(function* (
  db: Db,
  args: { at: string; afterKey?: string; limit: number },
): Script<BudgetRecord[]> {
  return yield* all(
    named(db, args.at)
      .orderBy('sort_key')
      .limit(args.limit)
      .$if(args.afterKey !== undefined, (list) => list.where(sortKey, '>', args.afterKey ?? '')),
  );
});

/** The budget of one group, with what its members used of it on a time's day. */
export const groupBudget = query(function* (
  db: Db,
  args: { groupId: string; at: string },
): Script<BudgetRecord | undefined> {
  return yield* first(named(db, args.at).where('b.kind', '=', 'group').where('b.subject_id', '=', args.groupId));
});

const sortKey = sql<string>`b.kind || ' ' || coalesce(g.name_key, p.username_key)`;

function named(db: Db, at: string) {
  return db
    .selectFrom('budgets as b')
    .leftJoin('groups as g', (join) => join.onRef('g.id', '=', 'b.subject_id').on('b.kind', '=', 'group'))
    .leftJoin('users as p', (join) => join.onRef('p.id', '=', 'b.subject_id').on('b.kind', '=', 'user'))
    .leftJoin('budget_usage as u', (join) =>
      join.on('u.day', '=', budgetDay(at)).onRef('u.kind', '=', 'b.kind').onRef('u.subject_id', '=', 'b.subject_id'),
    )
    .select((eb) => [
      'b.subject_id as id',
      eb.ref('b.kind').$castTo<BudgetKind>().as('kind'),
      eb.fn.coalesce('g.name', 'p.username', 'b.subject_id').as('name'),
      sortKey.as('sort_key'),
      'b.turns_per_day',
      'b.tokens_per_day',
      eb.fn.coalesce('u.turns', sql.lit(0)).as('turns'),
      eb.fn.coalesce('u.tokens', sql.lit(0)).as('tokens'),
      eb.fn.coalesce('u.reserved_tokens', sql.lit(0)).as('reserved_tokens'),
      'b.updated_at',
    ])
    .where('b.kind', 'in', ['group', 'user']);
}
