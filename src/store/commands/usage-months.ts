import { sql } from 'kysely';
import { command } from '../command.ts';
import type { MonthRow, UsageMonth } from '../queries/usage-months.ts';
import { all, type Db, first, run, type Script } from '../script.ts';
import { statementOfRows } from '../statement-of-rows.ts';

/** Gives people numbers, by which months count them; who has one keeps it. */
export const numberPeople = command([], function* (db: Db, { userIds }: { userIds: readonly string[] }): Script<void> {
  if (userIds.length === 0) return;
  const numbered = yield* all(db.selectFrom('usage_numbers').select('user_id').where('user_id', 'in', userIds));
  const known = new Set(numbered.map((each) => each.user_id));
  const last = yield* first(db.selectFrom('usage_numbers').select('number').orderBy('number', 'desc').limit(1));
  const next = (last?.number ?? -1) + 1;
  const rows = [...new Set(userIds)].filter((each) => !known.has(each)).map((id, i) => ({ id, number: next + i }));
  if (rows.length > 0) yield* putNumbers.run(db, rows);
});

export type StoreUsageMonthArgs = UsageMonth & {
  /** Whose sums these are: another id begins the month anew, and what comes late of the one before is not stored. */
  summingId: string;
  /** How many turns are in the sums. */
  turns: number;
  rows: readonly MonthRow[];
  /** The first rows of the month take those away that were there before; with the last it is read. */
  isFirst: boolean;
  isLast: boolean;
};

/** Stores some of a month's sums. `moved`: somebody else sums it up since. */
export const storeUsageMonth = command([], function* (db: Db, args: StoreUsageMonthArgs): Script<'stored' | 'moved'> {
  const { kind, month, summingId, turns, rows } = args;
  if (args.isFirst) {
    yield* run(db.deleteFrom('usage_month_sums').where('kind', '=', kind).where('month', '=', month));
    const begun = { turns, summing_id: summingId, is_whole: 0 as const };
    yield* run(
      db
        .insertInto('usage_months')
        .values({ kind, month, ...begun })
        .onConflict((conflict) => conflict.columns(['kind', 'month']).doUpdateSet(begun)),
    );
  } else {
    const current = yield* first(
      db.selectFrom('usage_months').select('summing_id').where('kind', '=', kind).where('month', '=', month),
    );
    if (current?.summing_id !== summingId) return 'moved';
  }
  if (rows.length > 0)
    yield* putSums.run(
      db,
      rows.map((row) => ({ kind, month, ...row })),
    );
  if (args.isLast) {
    yield* run(db.updateTable('usage_months').set({ is_whole: 1 }).where('kind', '=', kind).where('month', '=', month));
  }
  return 'stored';
});

const putNumbers = statementOfRows<{ id: string; number: number }>({ id: 'text', number: 'bigint' })(
  (db, { value, tables }) =>
    db
      .insertInto('usage_numbers')
      .columns(['user_id', 'number'])
      .expression(
        db
          .selectFrom([...tables, sql<object>`(select 1)`.as('one')])
          .select([value.id.as('user_id'), value.number.as('number')]),
      ),
);

const putSums = statementOfRows<{ kind: string; month: string } & MonthRow>({
  kind: 'text',
  month: 'text',
  subject_id: 'text',
  sums: 'text',
})((db, { value, tables }) =>
  db
    .insertInto('usage_month_sums')
    .columns(['kind', 'month', 'subject_id', 'sums'])
    .expression(
      db
        .selectFrom([...tables, sql<object>`(select 1)`.as('one')])
        .select([
          value.kind.as('kind'),
          value.month.as('month'),
          value.subject_id.as('subject_id'),
          value.sums.as('sums'),
        ]),
    ),
);
