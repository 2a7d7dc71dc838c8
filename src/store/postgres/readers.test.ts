import { sql } from 'kysely';
import { Client } from 'pg';
import { afterEach, expect, test } from 'vitest';
import { query } from '../command.ts';
import { inPostgres } from '../conformance/in-postgres.ts';
import type { Db, Script } from '../script.ts';
import { createReaders, type Readers } from './readers.ts';

/** Takes long on the server: by itself, and in a transaction. */
const slow = query(function* (db: Db, { statements }: { statements: number }): Script<number> {
  for (let i = 0; i < statements; i++)
    yield sql`select pg_sleep(${i === statements - 1 ? 30 : 0}) as slept`.compile(db);
  return statements;
});

inPostgres('readers of PostgreSQL', (server) => {
  let readers: Readers | undefined;
  afterEach(async () => {
    await readers?.close();
    readers = undefined;
  });

  test.each([1, 2])(
    'a read of %s statements whose connection is lost is a 503, the next has another',
    async (statements) => {
      const url = await server().newDatabase();
      readers = createReaders({ url, name: 'reader', settings: {}, connections: 1, deadlineMs: 60_000 });
      const read = readers.read(slow, { statements });
      const lost = expect(read).rejects.toMatchObject({ code: 'store_unavailable' });
      await endSleepers(url);
      await lost;
      expect(await readers.read(slow, { statements: 0 })).toBe(0);
    },
  );
});

/** Ends the sessions that sleep, once there is one. */
async function endSleepers(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  let ended = 0;
  while (ended === 0) {
    const { rowCount } = await client.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and wait_event = 'PgSleep'`);
    ended = rowCount ?? 0;
  }
  await client.end();
}
