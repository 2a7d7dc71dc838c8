import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../script.ts';
import {
  type Counted,
  dayCounts,
  daysOf,
  everyTurn,
  feedbackOf,
  latenciesOf,
  peopleOf,
  tokensOf,
} from './usage-sql.ts';

/** SQL that selects as `subject` each key whose counts are not what a count over the stored turns gives. What was counted of turns that
 *  are gone is not looked at: nothing is left to compare it with. */
export function usageDifferences(db: Db): Record<'days' | 'tokens' | 'latencies' | 'people', RawBuilder<unknown>> {
  const counted: Counted = { from: everyTurn, sign: -1, gone: 0 };
  return {
    days: unequal('usage_days', [], dayCounts, [daysOf(db, counted), feedbackOf(db, counted)]),
    tokens: unequal('usage_tokens', ['model'], ['input_tokens', 'output_tokens'], [tokensOf(db, counted)]),
    latencies: unequal('usage_latencies', ['measure', 'bucket'], ['turns'], [latenciesOf(db, counted)]),
    // Of whom all turns are gone stays: each day that has turns has somebody, and who has turns is among them.
    people: sql`select x.day || ' ' || x.kind || ' ' || x.subject_id as subject from (${peopleOf(db, counted)}) as x
      where not exists (select 1 from usage_people p where p.kind = x.kind and p.day = x.day
        and p.subject_id = x.subject_id and p.user_id = x.user_id)
      union all select p.day || ' ' || p.kind || ' ' || p.subject_id from usage_people p where not exists (select 1 from usage_days d
        where d.kind = p.kind and d.day = p.day and d.subject_id = p.subject_id and d.turns > 0)`,
  };
}

function unequal(
  table: string,
  more: readonly string[],
  counts: readonly string[],
  taken: readonly RawBuilder<unknown>[],
): RawBuilder<unknown> {
  const list = sql.raw(['kind', 'day', 'subject_id', ...more, ...counts].join(', '));
  const key = sql.raw(['kind', 'day', 'subject_id', ...more].join(', '));
  const sums = sql.raw(counts.map((each) => `sum(${each}) as ${each}`).join(', '));
  const differs = sql.raw(counts.map((each) => `${each} <> 0`).join(' or '));
  const parts = taken.map((each) => sql` union all select ${list} from (${each}) as counted`);
  return sql`select day || ' ' || kind || ' ' || subject_id as subject from (select ${key}, ${sums}
    from (select ${list} from ${sql.raw(table)} where gone = 0${sql.join(parts, sql``)}) as booked group by ${key}) as balance
    where ${differs}`;
}
