import { sql } from 'kysely';
import { budgetDay } from '../../contract/budgets.ts';
import { type Db, type Script, statement } from '../script.ts';

/** A budget that is for a user on a day, with what is used of it. Counted by `kind` and `subjectId`: a user keeps what they used when a
 *  budget of their own takes the place of everybody's. */
export type BudgetState = {
  kind: 'user' | 'group';
  subjectId: string;
  /** Null for no limit. */
  turnsPerDay: number | null;
  tokensPerDay: number | null;
  turns: number;
  /** Of attempts that ended. */
  tokens: number;
  /** Of attempts under way. */
  reservedTokens: number;
};

/** The budgets that are for a user at a time: their own, or else everybody's, then those of their groups. */
export function* budgetsOf(db: Db, args: { userId: string; at: string }): Script<BudgetState[]> {
  const rows = yield* budgetsForUser.all(db, { userId: args.userId, day: budgetDay(args.at) });
  if (rows.length === 0) return [];
  const hasOwn = rows.some((row) => row.budget_kind === 'user');
  return rows
    .filter((row) => !hasOwn || row.budget_kind !== 'everybody')
    .map((row) => ({
      kind: row.budget_kind === 'group' ? ('group' as const) : ('user' as const),
      subjectId: row.budget_kind === 'group' ? row.subject_id : args.userId,
      turnsPerDay: row.turns_per_day,
      tokensPerDay: row.tokens_per_day,
      turns: row.turns,
      tokens: row.tokens,
      reservedTokens: row.reserved_tokens,
    }))
    .toSorted((a, b) => rank(a) - rank(b));
}

const rank = ({ kind }: BudgetState) => (kind === 'user' ? 0 : 1);

/** Each budget is found by its key, and where there is none nothing else is looked at. */
const budgetsForUser = statement<{ userId: string; day: string }>()((db, slots) =>
  db
    .selectFrom('budgets as b')
    .leftJoin('budget_usage as u', (join) =>
      join
        .on('u.day', '=', slots.day)
        .on('u.kind', '=', sql<string>`case b.kind when 'group' then 'group' else 'user' end`)
        .on('u.subject_id', '=', sql<string>`case b.kind when 'group' then b.subject_id else ${slots.userId} end`),
    )
    .select((eb) => [
      'b.kind as budget_kind',
      'b.subject_id',
      'b.turns_per_day',
      'b.tokens_per_day',
      eb.fn.coalesce('u.turns', sql.lit(0)).as('turns'),
      eb.fn.coalesce('u.tokens', sql.lit(0)).as('tokens'),
      eb.fn.coalesce('u.reserved_tokens', sql.lit(0)).as('reserved_tokens'),
    ])
    .where((eb) =>
      eb.or([
        eb.and([eb('b.kind', '=', sql.lit('everybody')), eb('b.subject_id', '=', sql.lit(''))]),
        eb.and([eb('b.kind', '=', sql.lit('user')), eb('b.subject_id', '=', slots.userId)]),
        eb.and([
          eb('b.kind', '=', sql.lit('group')),
          eb('b.subject_id', 'in', (of) =>
            of.selectFrom('group_members as m').select('m.group_id').where('m.user_id', '=', slots.userId),
          ),
        ]),
      ]),
    ),
);

/** What a budget has no room for, whatever attempts under way turn out to use. */
export function usedUp(budget: BudgetState): 'turns' | 'tokens' | undefined {
  if (budget.turnsPerDay !== null && budget.turns >= budget.turnsPerDay) return 'turns';
  return tokensAreUsedUp(budget) ? 'tokens' : undefined;
}

export function tokensAreUsedUp({ tokensPerDay, tokens }: BudgetState): boolean {
  return tokensPerDay !== null && tokens >= tokensPerDay;
}

/** Whether what is used and what attempts under way may use leave no token for one more. */
export function tokensAreReserved({ tokensPerDay, tokens, reservedTokens }: BudgetState): boolean {
  return tokensPerDay !== null && tokens + reservedTokens >= tokensPerDay;
}
