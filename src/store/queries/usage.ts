import { type RawBuilder, sql } from 'kysely';
import { query } from '../command.ts';
import { type Db, first, type Script } from '../script.ts';
import { dayCounts } from '../usage/usage-sql.ts';

export type UsageKind = 'all' | 'agent' | 'group' | 'corpus';

export type UsageArgs = {
  kind: UsageKind;
  /** Of one agent, group or corpus alone; empty of what has none. */
  subjectId?: string;
  /** Days, both in it. */
  from: string;
  to: string;
  /** What is summed up in one row: a day (of all, or of one subject), a subject, or all of it. */
  by: 'day' | 'subject_id' | 'nothing';
  /** Subjects at most, those with the most turns. */
  limit: number;
};

export type UsageCounts = Record<(typeof dayCounts)[number], number>;

export type UsageRecord = {
  /** `key`: the day, the subject's id, or empty for all of it. */
  rows: (UsageCounts & { key: string })[];
  /** How many rows there are without the limit. */
  total: number;
  tokens: { key: string; model: string; input_tokens: number; output_tokens: number }[];
  latencies: { key: string; measure: 'first_text' | 'answer'; bucket: number; turns: number }[];
  people: { key: string; people: number }[];
  /** What the subjects are called; one that is not stored has none. */
  names: { id: string; name: string }[];
};

/** What turns that are over add up to, those that were erased since among them. It looks at the stretch of one kind and its days in each table,
 *  by their primary keys: as many rows as there are days, subjects, and people of a day, however many turns there were. */
export const usageBetween = query(function* (db: Db, args: UsageArgs): Script<UsageRecord> {
  const key = args.by === 'nothing' ? sql`''` : sql.ref(`u.${args.by}`);
  const grouped = args.by === 'nothing' ? sql`u.kind` : key;
  const order = args.by === 'day' ? sql`1` : sql`sum(u.turns) desc, 1`;
  const sums = sql.raw(dayCounts.map((count) => `sum(u.${count}) as ${count}`).join(', '));
  const counted = yield* rowsOf<UsageCounts & { key: string; total: number }>(
    db,
    sql`select ${key} as key, count(*) over () as total, ${sums} from usage_days u where ${stretch(args)}
      group by ${grouped} order by ${order}${args.by === 'subject_id' ? sql` limit ${args.limit}` : sql``}`,
  );
  const keys = counted.map((row) => row.key);
  const shown = args.by === 'subject_id' && keys.length > 0 ? sql`${key} in (${sql.join(keys)})` : sql`true`;
  return {
    rows: counted.map(({ total: _, ...row }) => row),
    total: counted[0]?.total ?? 0,
    tokens: yield* rowsOf<UsageRecord['tokens'][number]>(
      db,
      sql`select ${key} as key, u.model, sum(u.input_tokens) as input_tokens, sum(u.output_tokens) as output_tokens
        from usage_tokens u where ${stretch(args)} and ${shown}
        group by ${grouped}, u.model having sum(u.input_tokens + u.output_tokens) <> 0 order by u.model`,
    ),
    latencies: yield* rowsOf<UsageRecord['latencies'][number]>(
      db,
      sql`select ${key} as key, u.measure, u.bucket, sum(u.turns) as turns from usage_latencies u
        where ${stretch(args)} and ${shown} group by ${grouped}, u.measure, u.bucket having sum(u.turns) <> 0`,
    ),
    // A person stands once in a day of a subject. What is distinct is looked up in the few there are, and all of it is not sorted.
    people: yield* rowsOf<UsageRecord['people'][number]>(
      db,
      args.by === 'day'
        ? sql`select ${key} as key, count(*) as people from usage_people u where ${stretch(args)} group by ${key}`
        : sql`select x.key, count(*) as people from (select distinct ${key} as key, u.user_id from usage_people u
            where ${stretch(args)} and ${shown}) as x group by x.key`,
    ),
    names: yield* namesOf(db, args, keys),
  };
});

/** The first day that anything was counted on; undefined before. Reads the primary key. */
export const usageSince = query(function* (db: Db, _args: Record<string, never>): Script<string | undefined> {
  const row = yield* first(db.selectFrom('usage_days').select('day').where('kind', '=', 'all').orderBy('day').limit(1));
  return row?.day;
});

const stretch = ({ kind, from, to, subjectId }: UsageArgs) =>
  sql`u.kind = ${kind} and u.day >= ${from} and u.day <= ${to}${subjectId === undefined ? sql`` : sql` and u.subject_id = ${subjectId}`}`;

function* rowsOf<Row>(db: Db, select: RawBuilder<unknown>): Script<Row[]> {
  return (yield select.compile(db)) as Row[];
}

function* namesOf(db: Db, { kind, by, subjectId }: UsageArgs, keys: readonly string[]): Script<UsageRecord['names']> {
  const ids = subjectId !== undefined ? [subjectId] : by === 'subject_id' ? keys : [];
  if (kind === 'all' || ids.length === 0) return [];
  const table = sql.table({ agent: 'agents', group: 'groups', corpus: 'corpora' }[kind]);
  return yield* rowsOf(db, sql`select id, name from ${table} where id in (${sql.join(ids)})`);
}
