import { type RawBuilder, sql } from 'kysely';
import { query } from '../command.ts';
import { type Db, first, type Script } from '../script.ts';
import { decodeJson } from '../json.ts';
import type { MonthSums } from '../usage/month-sums.ts';
import { daysBeside, wholeMonths } from '../usage/months-of.ts';
import { dayCounts, joined } from '../usage/usage-sql.ts';
import { UsedBySubject } from '../usage/used-by-subject.ts';

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
 *  by their primary keys: as many rows as there are days, subjects, and people of a day, however many turns there were. In the place of the days of
 *  a whole month it reads a row for each subject, where that has been stored. */
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
  const shown = args.by === 'subject_id' && keys.length > 0 ? sql`u.subject_id in (${sql.join(keys)})` : sql`true`;
  const months = args.by === 'day' ? [] : yield* monthsIn(db, args);
  const days = { key, grouped, where: sql`${stretch(args, months)} and ${shown}` };
  const used =
    months.length === 0
      ? yield* usedOnDays(db, days, args)
      : withMonths(
          yield* sumsOf(db, { key, months, shown, args }),
          daysBeside(args.from, args.to, months).length === 0 ? nothingUsed : yield* usedBesideMonths(db, days),
        );
  return {
    rows: counted.map(({ total: _, ...row }) => row),
    total: counted[0]?.total ?? 0,
    ...used,
    names: yield* namesOf(db, args, keys),
  };
});

type Used = Pick<UsageRecord, 'tokens' | 'latencies'>;
type Days = { key: RawBuilder<unknown>; grouped: RawBuilder<unknown>; where: RawBuilder<unknown> };

function* sumsOnDays(db: Db, { key, grouped, where }: Days): Script<Used> {
  return {
    tokens: yield* rowsOf<UsageRecord['tokens'][number]>(
      db,
      sql`select ${key} as key, u.model, sum(u.input_tokens) as input_tokens, sum(u.output_tokens) as output_tokens
        from usage_tokens u where ${where}
        group by ${grouped}, u.model having sum(u.input_tokens + u.output_tokens) <> 0 order by u.model`,
    ),
    latencies: yield* rowsOf<UsageRecord['latencies'][number]>(
      db,
      sql`select ${key} as key, u.measure, u.bucket, sum(u.turns) as turns from usage_latencies u
        where ${where} group by ${grouped}, u.measure, u.bucket having sum(u.turns) <> 0`,
    ),
  };
}

function* usedOnDays(db: Db, days: Days, { by }: UsageArgs): Script<Used & Pick<UsageRecord, 'people'>> {
  const { key, where } = days;
  return {
    ...(yield* sumsOnDays(db, days)),
    // A person stands once in a day of a subject. What is distinct is looked up in the few there are, and all of it is not sorted.
    people: yield* rowsOf<UsageRecord['people'][number]>(
      db,
      by === 'day'
        ? sql`select ${key} as key, count(*) as people from usage_people u where ${where} group by ${key}`
        : sql`select x.key, count(*) as people from (select distinct ${key} as key, u.user_id from usage_people u
            where ${where}) as x group by x.key`,
    ),
  };
}

/** `people`: numbers with a `#` before them, or ids of those who have none yet, with commas between them. */
type BesideMonths = Used & { people: { key: string; people: string }[] };

const nothingUsed: BesideMonths = { tokens: [], latencies: [], people: [] };

/** Who asked must be told from who did in the months. Numbers are looked up once for each person, and not for each of their days. */
function* usedBesideMonths(db: Db, days: Days): Script<BesideMonths> {
  return {
    ...(yield* sumsOnDays(db, days)),
    people: yield* rowsOf<BesideMonths['people'][number]>(
      db,
      sql`select x.key, ${joined(db, sql`coalesce('#' || n.number, x.user_id)`)} as people
        from (select distinct ${days.key} as key, u.user_id from usage_people u where ${days.where}) as x
        left join usage_numbers n on n.user_id = x.user_id group by x.key`,
    ),
  };
}

/** The whole months of the range whose sums are stored and are those of all turns that are counted in them. */
function* monthsIn(db: Db, { kind, from, to }: UsageArgs): Script<string[]> {
  const months = wholeMonths(from, to);
  if (months.length === 0) return [];
  const stored = yield* rowsOf<{ month: string }>(
    db,
    sql`select m.month from usage_months m where m.kind = ${kind} and m.month in (${sql.join(months)}) and m.is_whole = 1
      and m.turns = (select sum(d.turns) from usage_days d
        where d.kind = 'all' and d.day >= m.month || '-01' and d.day <= m.month || '-31')`,
  );
  return stored.map(({ month }) => month);
}

type StoredSums = { key: string; sums: string };

function* sumsOf(
  db: Db,
  {
    key,
    months,
    shown,
    args,
  }: { key: RawBuilder<unknown>; months: readonly string[]; shown: RawBuilder<unknown>; args: UsageArgs },
): Script<StoredSums[]> {
  return yield* rowsOf<StoredSums>(
    db,
    sql`select ${key} as key, u.sums from usage_month_sums u
      where u.kind = ${args.kind} and u.month in (${sql.join(months)})${ofSubject(args)} and ${shown}`,
  );
}

/** Pure. */
function withMonths(sums: readonly StoredSums[], beside: BesideMonths): Used & Pick<UsageRecord, 'people'> {
  const used = new Map<string, UsedBySubject>();
  const of = (key: string): UsedBySubject => {
    const found = used.get(key) ?? new UsedBySubject();
    used.set(key, found);
    return found;
  };
  for (const each of sums) of(each.key).addMonth(decodeJson<MonthSums>(each.sums));
  for (const { key, model, input_tokens, output_tokens } of beside.tokens) {
    of(key).addTokens(model, input_tokens, output_tokens);
  }
  for (const { key, measure, bucket, turns } of beside.latencies) of(key).addLatency(measure, bucket, turns);
  for (const { key, people } of beside.people) of(key).addPeople(people.split(','));
  const all = [...used];
  return {
    tokens: all
      .flatMap(([key, each]) => each.tokens.map((tokens) => ({ key, ...tokens })))
      .toSorted((a, b) => (a.model < b.model ? -1 : Number(a.model > b.model))),
    latencies: all.flatMap(([key, each]) => each.latencies.map((latency) => ({ key, ...latency }))),
    people: all.map(([key, each]) => ({ key, people: each.people })),
  };
}

/** The first day that anything was counted on; undefined before. Reads the primary key. */
export const usageSince = query(function* (db: Db, _args: Record<string, never>): Script<string | undefined> {
  const row = yield* first(db.selectFrom('usage_days').select('day').where('kind', '=', 'all').orderBy('day').limit(1));
  return row?.day;
});

/** Rows `u` of the range, but those of whole months. Of one subject, and beside months, the days are named, so that nothing else is looked at. */
function stretch(args: UsageArgs, months: readonly string[] = []): RawBuilder<unknown> {
  const { kind, from, to, subjectId } = args;
  const days = subjectId !== undefined || months.length > 0 ? daysBeside(from, to, months) : [];
  const between = days.length > 0 ? sql`u.day in (${sql.join(days)})` : sql`u.day >= ${from} and u.day <= ${to}`;
  return sql`u.kind = ${kind} and ${between}${ofSubject(args)}`;
}

const ofSubject = ({ subjectId }: UsageArgs) =>
  subjectId === undefined ? sql`` : sql` and u.subject_id = ${subjectId}`;

function* rowsOf<Row>(db: Db, select: RawBuilder<unknown>): Script<Row[]> {
  return (yield select.compile(db)) as Row[];
}

function* namesOf(db: Db, { kind, by, subjectId }: UsageArgs, keys: readonly string[]): Script<UsageRecord['names']> {
  const ids = subjectId !== undefined ? [subjectId] : by === 'subject_id' ? keys : [];
  if (kind === 'all' || ids.length === 0) return [];
  const table = sql.table({ agent: 'agents', group: 'groups', corpus: 'corpora' }[kind]);
  return yield* rowsOf(db, sql`select id, name from ${table} where id in (${sql.join(ids)})`);
}
