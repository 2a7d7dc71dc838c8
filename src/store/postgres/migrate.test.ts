import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { beforeAll, expect, test } from 'vitest';
import { verified } from '../../cli/testing/run-cli.ts';
import { systemClock } from '../../clock.ts';
import { inPostgres } from '../conformance/in-postgres.ts';
import { openStore } from '../conformance/open-postgres.ts';
import { migrations } from '../migrations/index.ts';
import { clientConfig } from './connect.ts';
import { migrate } from './migrate.ts';
import { namesIn } from './names.ts';

const child = fileURLToPath(new URL('../conformance/migrate-killed.child.ts', import.meta.url));
/** How many places a run is killed at; each run draws others. */
const kills = 8;

inPostgres('S9: an older store in PostgreSQL, migrated, killed in the middle, run again', (server) => {
  let older: string;
  let log: unknown[];
  let statements: number;
  beforeAll(async () => {
    older = await server().newDatabase();
    await migrateTo(older, migrations.slice(0, 1));
    await query(older, firstSchema);
    log = await logIn(older);
    expect(log).toHaveLength(3);
    const whole = await server().newDatabase(older);
    statements = await statementsOf(whole);
  });

  test('whichever statement it is killed at, each step is there whole or not at all, and the next start ends it', async () => {
    for (let kill = 0; kill < kills; kill++) {
      const url = await server().newDatabase(older);
      // Spread over the whole way, at places of its own in each part.
      const at = Math.ceil(((kill + Math.random()) / kills) * statements);
      expect(await migrateUntilKilled(url, at), `killed at statement ${at}`).toBe('SIGKILL');
      const applied = await stepsIn(url);
      expect(applied, `steps after statement ${at}`).toEqual(migrations.slice(0, applied.length).map(({ id }) => id));
      expect(await logIn(url)).toEqual(log);
      await expect(schemaIn(url)).resolves.toEqual(await schemaOfSteps(applied.length));

      const stores = await Promise.all([openStore(url), openStore(url)]);
      await Promise.all(stores.map((store) => store.close()));
      expect(await stepsIn(url)).toEqual(migrations.map(({ id }) => id));
      expect(await logIn(url)).toEqual(log);
      const { report } = await verified(tmpdir(), '--database', url);
      expect(report.checks.flatMap(({ examples }) => examples)).toEqual([]);
      expect(report.verdict).toBe('ok');
    }
  });

  const known = new Map<number, Promise<unknown[]>>();
  /** The schema of a store that was brought to a step without being disturbed. */
  function schemaOfSteps(count: number): Promise<unknown[]> {
    const schema = known.get(count) ?? makeSchema(count);
    known.set(count, schema);
    return schema;
  }

  async function makeSchema(count: number): Promise<unknown[]> {
    const url = await server().newDatabase();
    await migrateTo(url, migrations.slice(0, count));
    return schemaIn(url);
  }
});

/** A session of one member with a message, its answer and a change, as the first version left it. */
const firstSchema = `
  insert into users (id, username, username_key, display_name, role, password_hash, created_at, updated_at)
    values ('anna', 'anna', 'anna', 'Anna', 'member', 'hash', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');
  insert into user_sessions (session_id, user_id, active_agent_id, title, created_at, last_activity, last_seq, rev)
    values ('one', 'anna', 'librarian', 'One', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', 3, 1);
  insert into session_members values ('one', 'anna', 'owner', '2026-01-01T00:00:00.000Z');
  insert into session_events (session_id, seq, event_id, type, actor, payload, at) select 'one', n, n::text, 'session_updated', 'user',
    '{"title":"' || n || '"}', '2026-01-01T00:00:00.000Z' from generate_series(1, 3) n`;

async function onClient<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ ...clientConfig({ url, name: 'test' }), pipeline: false });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const query = (url: string, sql: string) =>
  onClient(url, async (client) => (await client.query<Record<string, unknown>>(sql)).rows);

function migrateTo(url: string, steps: typeof migrations): Promise<void> {
  return onClient(url, (client) =>
    migrate(client, { now: systemClock.now(), lock: namesIn('public').writeLock, steps }),
  );
}

/** How many statements the whole way takes. */
function statementsOf(url: string): Promise<number> {
  return onClient(url, async (client) => {
    let count = 0;
    const send = client.query.bind(client) as (...args: unknown[]) => unknown;
    client.query = ((...args: unknown[]) => {
      count += 1;
      return send(...args);
    }) as typeof client.query;
    await migrate(client, { now: systemClock.now(), lock: namesIn('public').writeLock });
    return count;
  });
}

function migrateUntilKilled(url: string, statements: number): Promise<NodeJS.Signals | number | null> {
  const started = spawn(process.execPath, [child, url, String(statements)], { stdio: 'inherit' });
  return new Promise((ended) => started.once('exit', (code, signal) => ended(signal ?? code)));
}

const logIn = (url: string) => query(url, 'select session_id, seq, type, payload, at from session_events order by seq');
async function stepsIn(url: string): Promise<unknown[]> {
  const rows = await query(url, 'select id from schema_migrations order by id');
  return rows.map(({ id }) => id);
}

/** Tables, columns, indexes and rules of the schema. */
const schemaIn = (url: string) =>
  query(
    url,
    `select table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '') as what
       from information_schema.columns where table_schema = 'public'
     union all select indexdef from pg_indexes where schemaname = 'public'
     union all select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) from pg_constraint
       where connamespace = 'public'::regnamespace order by 1`,
  );
