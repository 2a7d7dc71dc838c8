import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { dayPlus } from '../../src/contract/usage.ts';
import { type Db, postgresBuilder, type Statement, sqliteBuilder } from '../../src/store/script.ts';
import { countEndedTurn, countEverything } from '../../src/store/usage/count-usage.ts';

/** The database of a store, to put rows straight into its tables. */
export type UsageFiller = {
  /** Rows of a statement, if it has any. */
  run(statement: string): Promise<unknown[]>;
  /** Counts all turns there are, as the migration does. */
  countAll(): Promise<void>;
  /** Counts one turn as its end does, once more. */
  countOne(turnId: string): Promise<void>;
  close(): Promise<void>;
};

export function usageInSqlite(path: string): UsageFiller {
  const database = new DatabaseSync(path);
  database.exec('pragma synchronous = off; pragma cache_size = -400000; pragma foreign_keys = off');
  const run = async (statement: string) => database.prepare(statement).all();
  return {
    run,
    async countAll() {
      for (const statement of countEverything(sqliteBuilder())) await run(statement);
      database.exec('analyze; pragma wal_checkpoint(truncate)');
    },
    async countOne(turnId) {
      for (const { sql, parameters } of statementsOf(sqliteBuilder(), turnId)) {
        database.prepare(sql).run(...(parameters as string[]));
      }
    },
    async close() {
      database.close();
    },
  };
}

export async function usageInPostgres(url: string): Promise<UsageFiller> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`set session_replication_role = replica; set work_mem = '256MB'`);
  return {
    run: async (statement) => (await client.query(statement)).rows,
    async countAll() {
      await client.query('analyze');
      for (const statement of countEverything(postgresBuilder())) await client.query(statement);
      await client.query('vacuum analyze');
    },
    async countOne(turnId) {
      for (const { sql, parameters } of statementsOf(postgresBuilder(), turnId))
        await client.query(sql, [...parameters]);
    },
    close: () => client.end(),
  };
}

function statementsOf(db: Db, turnId: string): Statement[] {
  const script = countEndedTurn(db, turnId);
  const found: Statement[] = [];
  for (let step = script.next([]); !step.done; step = script.next([])) found.push(step.value);
  return found;
}

export const firstDay = '2025-01-01';
export const days = 365;

const at = (second: string) => `d.day || 'T12:00:' || ${second} || '.' || (100 + b.n % 900) || 'Z'`;

/** Sessions of one question and answer each, spread evenly over a year, its people, 8 agents, 100 groups and 200 corpora. */
export async function fillTurns(filler: UsageFiller, { sessions, people }: { sessions: number; people: number }) {
  await filler.run('create table bench_days (d bigint primary key, day text not null)');
  const rows = Array.from({ length: days }, (_, d) => `(${d}, '${dayPlus(firstDay, d)}')`);
  await filler.run(`insert into bench_days values ${rows.join(', ')}`);
  await filler.run('create table bench_numbers (n bigint primary key)');
  await filler.run(`insert into bench_numbers with recursive r(n) as (select 0 union all select n + 1 from r where n < ${sessions - 1})
    select n from r`);
  const made = `bench_numbers b join bench_days d on d.d = (b.n * 31) % ${days}`;
  const person = `'person-' || ((b.n * 17) % ${people})`;
  // Each time round, a person asks another agent, whose answers cite another corpus.
  const round = `b.n / ${people}`;
  const agent = `'agent-' || ((b.n * 7 + ${round}) % 8)`;
  const groups = `'group-' || ((b.n * 17) % ${people} % 50) || ',group-' || (50 + (b.n * 17) % ${people} % 50)`;
  await filler.run(`insert into user_sessions (session_id, user_id, active_agent_id, title, title_is_set, corpora, created_at, last_activity,
      is_active, message_count, user_query_count, last_seq, last_turn_no, rev, archived, pinned, origin)
    select 's' || b.n, ${person}, ${agent}, '', 0, '[]', ${at(`'00'`)}, ${at(`'00'`)}, 1, 2, 1, 4, 1, b.n + 10, 0, 0, 'web' from ${made}`);
  await filler.run(`insert into turns (turn_id, session_id, turn_no, author_user_id, client_turn_id, request_hash, agent_id, corpora, state,
      attempt, fence, step, journal_from, message_seq, created_at, updated_at, usage_groups)
    select 't' || b.n, 's' || b.n, 1, ${person}, 'c' || b.n, 'hash', ${agent}, '[]', case b.n % 20 when 0 then 'failed' else 'done' end,
      1, 1, 1, 0, 1, ${at(`'00'`)}, ${at(`'19'`)}, ${groups} from ${made}`);
  await filler.run(`insert into turn_attempts (turn_id, attempt, instance_id, started_at, ended_at, first_text_at, input_tokens, output_tokens,
      model, outcome)
    select 't' || b.n, 1, 'bench', ${at(`'00'`)}, ${at(`(10 + b.n % 40)`)}, ${at(`('0' || (1 + b.n % 8))`)}, 1000 + b.n % 3000, 200 + b.n % 500,
      'model-' || (b.n % 3), 'done' from ${made}`);
  await filler.run(`insert into citations (session_id, seq, n, turn_id, corpus_id, document_id, document_version, passage_id, start_offset,
      end_offset)
    select 's' || b.n, 3, 1, 't' || b.n, 'corpus-' || ((b.n * 13 + ${round}) % 200), 'document', 1, 'passage', 0, 1 from ${made} where b.n % 7 <> 0`);
}
