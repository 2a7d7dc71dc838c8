import { sql } from 'kysely';
import { query } from '../command.ts';
import { encodeJson } from '../json.ts';
import { all, type Db, first, type Script } from '../script.ts';
import { type MonthSums, packNumbers } from '../usage/month-sums.ts';
import { daysOfMonth } from '../usage/months-of.ts';
import { joined } from '../usage/usage-sql.ts';
import type { UsageKind } from './usage.ts';

export type UsageMonth = { kind: UsageKind; month: string };

export const usageKinds: readonly UsageKind[] = ['all', 'agent', 'group', 'corpus'];

/** A month of before `before` that has days and whose sums are not those of all turns that are counted in it, the newest first; undefined once there
 *  is none. */
export const usageMonthToSum = query(function* (db: Db, args: { before: string }): Script<UsageMonth | undefined> {
  const months = yield* all(
    db
      .selectFrom('usage_days')
      .select([sql<string>`substr(day, 1, 7)`.as('month'), sql<number>`sum(turns)`.as('turns')])
      .where('kind', '=', 'all')
      .where('day', '<', `${args.before}-01`)
      .groupBy(sql`1`)
      .orderBy(sql`1`, 'desc'),
  );
  const summed = yield* all(db.selectFrom('usage_months').select(['kind', 'month', 'turns']).where('is_whole', '=', 1));
  const done = new Set(summed.map(({ kind, month, turns }) => `${kind} ${month} ${turns}`));
  for (const { month, turns } of months) {
    for (const kind of usageKinds) if (!done.has(`${kind} ${month} ${turns}`)) return { kind, month };
  }
  return undefined;
});

type SummedMonth = {
  /** How many turns are counted in it. */
  turns: number;
  /** Some of those who asked and have no number yet; the sums are whole once there are none. */
  unnumbered: string[];
  rows: MonthRow[];
};

/** `sums`: JSON of `MonthSums`. */
export type MonthRow = { subject_id: string; sums: string };

/** What the days of a month add up to. */
export const usageMonth = query(function* (db: Db, { kind, month }: UsageMonth): Script<SummedMonth> {
  const { from, to } = daysOfMonth(month);
  const turns = yield* first(
    db
      .selectFrom('usage_days')
      .select(sql<number>`coalesce(sum(turns), 0)`.as('turns'))
      .where('kind', '=', 'all')
      .where('day', '>=', from)
      .where('day', '<=', to),
  );
  const those = sql<boolean>`u.kind = ${kind} and u.day >= ${from} and u.day <= ${to}`;
  const unnumbered = yield* all(
    db
      .selectFrom('usage_people as u')
      .leftJoin('usage_numbers as n', 'n.user_id', 'u.user_id')
      .select('u.user_id')
      .distinct()
      .where(those)
      .where('n.user_id', 'is', null)
      .limit(numberedAtOnce),
  );
  const counted = { turns: turns?.turns ?? 0, unnumbered: unnumbered.map((each) => each.user_id) };
  if (unnumbered.length > 0) return { ...counted, rows: [] };
  const tokens = yield* all(
    db
      .selectFrom('usage_tokens as u')
      .select(['u.subject_id', 'u.model'])
      .select([
        sql<number>`sum(u.input_tokens)`.as('input_tokens'),
        sql<number>`sum(u.output_tokens)`.as('output_tokens'),
      ])
      .where(those)
      .groupBy(['u.subject_id', 'u.model'])
      .orderBy('u.model'),
  );
  const latencies = yield* all(
    db
      .selectFrom('usage_latencies as u')
      .select(['u.subject_id', 'u.measure', 'u.bucket', sql<number>`sum(u.turns)`.as('turns')])
      .where(those)
      .groupBy(['u.subject_id', 'u.measure', 'u.bucket'])
      .orderBy('u.measure')
      .orderBy('u.bucket'),
  );
  const people = yield* all(
    db
      .selectFrom(
        db
          .selectFrom('usage_people as u')
          .innerJoin('usage_numbers as n', 'n.user_id', 'u.user_id')
          .select(['u.subject_id', 'n.number'])
          .distinct()
          .where(those)
          .as('x'),
      )
      .select(['x.subject_id', joined(db, sql`x.number`).as('numbers')])
      .groupBy('x.subject_id')
      .orderBy('x.subject_id'),
  );
  const tokensOf = Map.groupBy(tokens, (each) => each.subject_id);
  const latenciesOf = Map.groupBy(latencies, (each) => each.subject_id);
  const sumsOf = (subjectId: string, numbers: string): MonthSums => ({
    tokens: (tokensOf.get(subjectId) ?? []).map((each) => [each.model, each.input_tokens, each.output_tokens]),
    latencies: (latenciesOf.get(subjectId) ?? []).map((each) => [each.measure, each.bucket, each.turns]),
    people: packNumbers(numbers.split(',').map(Number)),
  });
  // Whatever has turns has somebody who asked.
  const rows = people.map(({ subject_id, numbers }) => ({ subject_id, sums: encodeJson(sumsOf(subject_id, numbers)) }));
  return { ...counted, rows };
});

const numberedAtOnce = 500;
