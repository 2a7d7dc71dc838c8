import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import type { MadeSession } from './many-sessions.ts';

/** Puts rows straight into the tables of a store, many at once. Its indexes are made again when it settles. */
export type Filler = {
  users(rows: readonly { id: string; username: string; at: string }[]): Promise<void>;
  sessions(rows: Iterable<MadeSession>): Promise<void>;
  /** What the database does by itself within minutes: statistics, and marking pages that everybody sees. */
  settle(): Promise<void>;
  close(): Promise<void>;
};

const rowsAtOnce = 2_000;
const userColumns = [
  'id',
  'username',
  'username_key',
  'display_name',
  'role',
  'password_hash',
  'created_at',
  'updated_at',
];
const sessionColumns = [
  'session_id',
  'user_id',
  'active_agent_id',
  'title',
  'title_is_set',
  'created_at',
  'last_activity',
  'is_active',
  'message_count',
  'user_query_count',
  'rev',
  'archived',
  'deleted_at',
];
const memberColumns = ['session_id', 'user_id', 'level', 'added_at'];

type Value = string | number | null;
type Insert = (table: string, columns: readonly string[], rows: readonly Value[][]) => Promise<void>;

/** @param path  of a database file whose tables are there and which nobody writes */
export function fillSqlite(path: string): Filler {
  const database = new DatabaseSync(path);
  database.exec('pragma synchronous = off; pragma cache_size = -400000; pragma foreign_keys = off');
  const insert: Insert = async (table, columns, rows) => {
    const places = columns.map(() => '?').join(', ');
    const statement = database.prepare(`insert into ${table} (${columns.join(', ')}) values (${places})`);
    database.exec('begin immediate');
    for (const row of rows) statement.run(...row);
    database.exec('commit');
  };
  const indexes = database
    .prepare(
      `select name, sql from sqlite_master where type = 'index' and sql is not null and tbl_name in ('user_sessions', 'session_members')`,
    )
    .all() as { name: string; sql: string }[];
  for (const { name } of indexes) database.exec(`drop index ${name}`);
  return {
    ...fillerOf(insert),
    async settle() {
      for (const { sql } of indexes) database.exec(sql);
      database.exec('pragma wal_checkpoint(truncate)');
    },
    async close() {
      database.close();
    },
  };
}

export async function fillPostgres(url: string): Promise<Filler> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const insert: Insert = async (table, columns, rows) => {
    const arrays = columns.map((_column, k) => `$${k + 1}::text[]`);
    const { rows: types } = await client.query<{ column_name: string; data_type: string }>(
      'select column_name, data_type from information_schema.columns where table_name = $1',
      [table],
    );
    const cast = columns.map((name) => `given.${name}::${types.find((each) => each.column_name === name)?.data_type}`);
    await client.query(
      `insert into ${table} (${columns.join(', ')})
       select ${cast.join(', ')} from unnest(${arrays.join(', ')}) as given (${columns.join(', ')})`,
      columns.map((_column, k) => rows.map((row) => row[k] ?? null)),
    );
  };
  const { rows: indexes } = await client.query<{ name: string; sql: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as sql from pg_index i
     where i.indrelid in ('user_sessions'::regclass, 'session_members'::regclass) and not i.indisprimary`,
  );
  for (const { name } of indexes) await client.query(`drop index ${name}`);
  return {
    ...fillerOf(insert),
    async settle() {
      for (const { sql } of indexes) await client.query(sql);
      for (const table of ['users', 'user_sessions', 'session_members']) await client.query(`vacuum analyze ${table}`);
    },
    close: () => client.end(),
  };
}

function fillerOf(insert: Insert): Pick<Filler, 'users' | 'sessions'> {
  return {
    async users(rows) {
      const all = rows.map(({ id, username, at }) => [id, username, username, username, 'member', 'none', at, at]);
      for (let from = 0; from < all.length; from += rowsAtOnce) {
        await insert('users', userColumns, all.slice(from, from + rowsAtOnce));
      }
    },
    async sessions(rows) {
      let some: MadeSession[] = [];
      const flush = async () => {
        await insert('user_sessions', sessionColumns, some.map(rowOf));
        const members = some.map((each) => [each.session_id, each.user_id, 'owner', each.created_at]);
        await insert('session_members', memberColumns, members);
        some = [];
      };
      for (const row of rows) {
        some.push(row);
        if (some.length === rowsAtOnce) await flush();
      }
      if (some.length > 0) await flush();
    },
  };
}

function rowOf(each: MadeSession): Value[] {
  return [
    each.session_id,
    each.user_id,
    each.active_agent_id,
    each.title,
    1,
    each.created_at,
    each.last_activity,
    each.is_active,
    each.message_count,
    each.message_count / 2,
    each.rev,
    each.archived,
    each.deleted_at,
  ];
}
