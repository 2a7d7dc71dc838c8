import { sql } from 'kysely';
import { query } from '../command.ts';
import { all, type Db, type Script } from '../script.ts';
import { type MonthRow, usageMonth, type UsageMonth } from './usage-months.ts';

/** The months that are read from their sums. */
export const usageMonthsRead = query(function* (db: Db, _args: Record<string, never>): Script<UsageMonth[]> {
  return yield* all(
    db
      .selectFrom('usage_months as m')
      .select(['m.kind', 'm.month'])
      .where('m.is_whole', '=', 1)
      .where(
        'm.turns',
        '=',
        sql<number>`(select sum(d.turns) from usage_days d
          where d.kind = 'all' and d.day >= m.month || '-01' and d.day <= m.month || '-31')`,
      )
      .orderBy('m.month')
      .orderBy('m.kind'),
  );
});

/** A month's sums as they are stored and as its days add up, and whether everybody who asked has a number. */
export const usageMonthTwice = query(function* (
  db: Db,
  month: UsageMonth,
): Script<{ stored: MonthRow[]; summed: MonthRow[]; areNumbered: boolean }> {
  const stored = yield* all(
    db
      .selectFrom('usage_month_sums')
      .select(['subject_id', 'sums'])
      .where('kind', '=', month.kind)
      .where('month', '=', month.month)
      .orderBy('subject_id'),
  );
  const { rows, unnumbered } = yield* usageMonth.run(db, month);
  return { stored, summed: rows, areNumbered: unnumbered.length === 0 };
});
