import { PostgresAdapter, type RawBuilder, sql } from 'kysely';
import type { Db } from '../script.ts';
import { latencyEdgesMs } from '../../contract/latency-buckets.ts';

/** What turns that are over add to the counts of use. This one definition counts a turn when it ends, takes it from what is stored to what is gone
 *  when it is erased, counted those of before once, and is what `verify` compares with: whoever changes it counts all turns anew in a
 *  migration. A turn is counted on the day it was asked, UTC, for everybody together, its agent, each group its author was in, and each corpus
 *  its answer cites; `''` stands for none. */

/** Turns, and how they count: 1 adds, -1 takes away. `gone`: 1 for those whose rows are no longer stored. */
export type Counted = {
  /** What follows `from`: the turns as `t`. */
  from: RawBuilder<unknown>;
  /** How they ended; the column, where it says so. */
  state?: 'done';
  sign: 1 | -1;
  gone: 0 | 1;
};

/** The turns that are over and were asked here: one that was brought along from elsewhere has no hash. */
export const isOver = sql`t.state in ('done', 'failed', 'cancelled', 'interrupted') and t.request_hash <> ''`;
/** All that are counted as stored. */
export const everyTurn = sql`turns t join user_sessions s on s.session_id = t.session_id
  where ${isOver} and s.erase_at is null`;

/** One row a key: `kind, day, subject_id` and the columns of `usage_days` without feedback. */
export function daysOf(db: Db, counted: Counted): RawBuilder<unknown> {
  const each = (what: RawBuilder<unknown>) => sql`${sql.lit(counted.sign)} * sum(${what})`;
  return sql`with ${keys(db, counted)},
    facts as (select f.turn_id, f.state, case when f.turn_no = 1 then 1 else 0 end as is_first,
      case when f.state = 'done' and q.turn_id is null then 1 else 0 end as uncited,
      ${eventsWith('tool_call', '%"tool":"search_corpora"%')} as searches,
      ${eventsWith('tool_result', '%"output":{"passages":[]%')} as empty_searches
      from f left join (select distinct turn_id from cited) q on q.turn_id = f.turn_id)
    select k.kind, k.day, k.subject_id, ${sql.lit(counted.gone)} as gone, ${each(sql`1`)} as turns, ${each(sql`x.is_first`)} as sessions,
      ${each(isState('done'))} as answered, ${each(isState('cancelled'))} as stopped, ${each(sql`x.uncited`)} as uncited,
      ${each(sql`x.searches`)} as searches, ${each(sql`x.empty_searches`)} as empty_searches, 0 as liked, 0 as disliked
    from keys k join facts x on x.turn_id = k.turn_id group by k.kind, k.day, k.subject_id`;
}

/** The same columns, of what people think of the turns' answers.
 *  @param by  narrows whose opinions are counted */
export function feedbackOf(db: Db, counted: Counted, by: RawBuilder<unknown> = sql`true`): RawBuilder<unknown> {
  const each = (rating: string) =>
    sql`${sql.lit(counted.sign)} * sum(case when r.rating = ${sql.lit(rating)} then 1 else 0 end)`;
  return sql`with ${keys(db, counted)}
    select k.kind, k.day, k.subject_id, ${sql.lit(counted.gone)} as gone, 0 as turns, 0 as sessions, 0 as answered, 0 as stopped,
      0 as uncited, 0 as searches, 0 as empty_searches, ${each('up')} as liked, ${each('down')} as disliked
    from keys k join answer_feedback r on r.session_id = k.session_id and r.turn_id = k.turn_id and ${by}
    group by k.kind, k.day, k.subject_id`;
}

/** One row a key and model, with the tokens of all attempts. */
export function tokensOf(db: Db, counted: Counted): RawBuilder<unknown> {
  return sql`with ${keys(db, counted)}
    select k.kind, k.day, k.subject_id, coalesce(a.model, '') as model, ${sql.lit(counted.gone)} as gone,
      ${sql.lit(counted.sign)} * sum(a.input_tokens) as input_tokens, ${sql.lit(counted.sign)} * sum(a.output_tokens) as output_tokens
    from keys k join turn_attempts a on a.turn_id = k.turn_id
    where a.input_tokens + a.output_tokens > 0 group by k.kind, k.day, k.subject_id, coalesce(a.model, '')`;
}

/** One row a key, measure and bucket. `first_text`: until its first words were shown; `answer`: until the answer was whole. Both from the
 *  moment the message was accepted, so that what it waited is in it. */
export function latenciesOf(db: Db, counted: Counted): RawBuilder<unknown> {
  return sql`with ${keys(db, counted)},
    ends as (select f.turn_id, f.state, f.created_at, min(a.first_text_at) as first_text_at, max(a.ended_at) as ended_at
      from f join turn_attempts a on a.turn_id = f.turn_id group by f.turn_id, f.state, f.created_at),
    measured as (select turn_id, 'first_text' as measure, ${millisecondsTo(db, sql`first_text_at`)} as ms from ends
        where first_text_at is not null
      union all select turn_id, 'answer', ${millisecondsTo(db, sql`ended_at`)} from ends
        where state = 'done' and ended_at is not null),
    bucketed as (select turn_id, measure, ${bucketOfMs} as bucket from measured)
    select k.kind, k.day, k.subject_id, m.measure, m.bucket, ${sql.lit(counted.gone)} as gone,
      ${sql.lit(counted.sign)} * count(*) as turns
    from keys k join bucketed m on m.turn_id = k.turn_id group by k.kind, k.day, k.subject_id, m.measure, m.bucket`;
}

/** One row a key and person who asked. */
export function peopleOf(db: Db, counted: Counted): RawBuilder<unknown> {
  return sql`with ${keys(db, counted)} select distinct k.kind, k.day, k.subject_id, k.user_id from keys k where true`;
}

/** `f`: the turns; `cited`: what their answers cite; `keys`: each turn once for everything it is counted for. */
function keys(db: Db, { from, state }: Counted): RawBuilder<unknown> {
  const stateOf = state === undefined ? sql`t.state` : sql`${sql.lit(state)}`;
  return sql`f as (select t.turn_id, t.session_id, t.turn_no, t.author_user_id, t.agent_id, t.usage_groups, t.message_seq,
      t.created_at, substr(t.created_at, 1, 10) as day, ${stateOf} as state from ${from}),
    cited as (select distinct f.turn_id, c.corpus_id from f join citations c
      on c.session_id = f.session_id and c.seq > f.message_seq and c.turn_id = f.turn_id),
    keys as (${key('all', sql`''`)} from f
      union all ${key('agent', sql`f.agent_id`)} from f
      union all ${key('group', sql`g.value`)} from f, ${groupsOf(db)}
      union all ${key('corpus', sql`coalesce(c.corpus_id, '')`)} from f left join cited c on c.turn_id = f.turn_id)`;
}

const isState = (state: string) => sql`case when x.state = ${sql.lit(state)} then 1 else 0 end`;

const key = (kind: string, subject: RawBuilder<unknown>) =>
  sql`select ${sql.lit(kind)} as kind, ${subject} as subject_id, f.day, f.turn_id, f.session_id, f.author_user_id as user_id`;

/** `g`, a row for each of the ids in `usage_groups`, and one that is empty where there are none. Of an array PostgreSQL reckons with few
 *  rows; of a function that splits with a thousand, and then reads the tables of all turns for the end of one. */
function groupsOf(db: Db): RawBuilder<unknown> {
  return isPostgres(db)
    ? sql`lateral unnest(case f.usage_groups when '' then array[''] else string_to_array(f.usage_groups, ',') end) as g(value)`
    : sql`json_each('["' || replace(f.usage_groups, ',', '","') || '"]') as g`;
}

/** How many events of the turn `f` are of a type and look like this. */
function eventsWith(type: string, pattern: string): RawBuilder<unknown> {
  return sql`(select count(*) from session_events e where e.session_id = f.session_id and e.seq > f.message_seq
    and e.turn_id = f.turn_id and e.type = ${sql.lit(type)} and e.payload like ${sql.lit(pattern)})`;
}

/** From the moment the message was accepted, whole. */
function millisecondsTo(db: Db, end: RawBuilder<unknown>): RawBuilder<unknown> {
  return isPostgres(db)
    ? sql`round(extract(epoch from (${end}::timestamptz - created_at::timestamptz)) * 1000)`
    : sql`round((julianday(${end}) - julianday(created_at)) * 86400000)`;
}

/** The first stretch that `ms` is not beyond; the number after the last for what is beyond all. */
const bucketOfMs = sql.raw(
  `case ${latencyEdgesMs.map((edge, bucket) => `when ms <= ${edge} then ${bucket}`).join(' ')} else ${latencyEdgesMs.length} end`,
);

const isPostgres = (db: Db) => db.getExecutor().adapter instanceof PostgresAdapter;

const added = (table: string, columns: readonly string[]) =>
  sql.raw(columns.map((column) => `${column} = ${table}.${column} + excluded.${column}`).join(', '));

/** Values of a group's rows as one text, with commas between them. */
export const joined = (db: Db, value: RawBuilder<unknown>): RawBuilder<string> =>
  isPostgres(db) ? sql<string>`string_agg((${value})::text, ',')` : sql<string>`group_concat(${value}, ',')`;

/** Adds rows as `daysOf` and `feedbackOf` give them. */
export const addDays = (rows: RawBuilder<unknown>) =>
  sql`insert into usage_days (${sql.raw(['kind', 'day', 'subject_id', 'gone', ...dayCounts].join(', '))}) ${rows}
    on conflict (kind, day, subject_id, gone) do update set ${added('usage_days', dayCounts)}`;

export const dayCounts = [
  'turns',
  'sessions',
  'answered',
  'stopped',
  'uncited',
  'searches',
  'empty_searches',
  'liked',
  'disliked',
] as const;

export const addTokens = (rows: RawBuilder<unknown>) =>
  sql`insert into usage_tokens (kind, day, subject_id, model, gone, input_tokens, output_tokens) ${rows}
    on conflict (kind, day, subject_id, model, gone) do update set ${added('usage_tokens', ['input_tokens', 'output_tokens'])}`;

export const addLatencies = (rows: RawBuilder<unknown>) =>
  sql`insert into usage_latencies (kind, day, subject_id, measure, bucket, gone, turns) ${rows}
    on conflict (kind, day, subject_id, measure, bucket, gone) do update set ${added('usage_latencies', ['turns'])}`;

/** Who was there on a day was there, whatever is erased later. */
export const addPeople = (rows: RawBuilder<unknown>) =>
  sql`insert into usage_people (kind, day, subject_id, user_id) ${rows} on conflict do nothing`;
