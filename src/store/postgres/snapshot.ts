import { Client } from 'pg';
import type { Query } from '../command.ts';
import { migrations } from '../migrations/index.ts';
import { type OpenedSnapshot, type VerifyReads, verifyQueries } from '../queries/verify.ts';
import { postgresBuilder } from '../script.ts';
import { clientConfig } from './connect.ts';
import { databaseBoot } from './database-clock.ts';
import { drive } from './drive.ts';
import { type Ask, checkFile } from './file-checks.ts';
import { becomeWorker } from './row-security/act-as.ts';

/** Opens one moment of the store in a database for reading alone: nothing there is created, migrated or locked for the servers that may run
 *  on it. */
export async function openSnapshot(url: string): Promise<OpenedSnapshot> {
  let client: Client | undefined;
  const refuse = async (outcome: Exclude<OpenedSnapshot['outcome'], 'opened'>, reason: string) => {
    await client?.end().catch(() => undefined);
    return { outcome, reason };
  };
  try {
    client = new Client({ ...clientConfig({ url, name: 'verify' }), query_timeout: 0 });
    // A connection that is lost fails what is asked next.
    client.on('error', () => undefined);
    await client.connect();
    await becomeWorker(client);
    await client.query(`begin isolation level repeatable read read only;
      set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0`);
    const schemaVersion = await readSchemaVersion(client);
    if (schemaVersion === undefined) return await refuse('not_a_store', 'This database holds no store of Perdure.');
    const known = Math.max(...migrations.map(({ id }) => id));
    if (schemaVersion > known) {
      return await refuse(
        'newer',
        'This store was written by a newer version of Perdure. Verify it with that version.',
      );
    }
    if (schemaVersion < known) {
      return await refuse('older', 'This store is of an older version. Start Perdure once to bring it up to date.');
    }
    await client.query('savepoint asked');
    const { rows } = await client.query('select extract(epoch from clock_timestamp()) * 1000 as now_ms');
    const leaseTime = { bootId: databaseBoot, nowMs: Number(rows[0]?.now_ms) };
    const opened = client;
    return {
      outcome: 'opened',
      snapshot: {
        read: readsOf(opened),
        schemaVersion,
        leaseTime,
        checkFile: () => checkFile(askOn(opened), url),
        async close() {
          await opened.end();
          return { isOneMoment: true };
        },
      },
    };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const isMissing = error instanceof Error && 'code' in error && error.code === noSuchDatabase;
    return refuse(isMissing ? 'missing' : 'unreadable', `The database cannot be read: ${said}.`);
  }
}

const noSuchDatabase = '3D000';

async function readSchemaVersion(client: Client): Promise<number | undefined> {
  const { rows } = await client.query(`select to_regclass('schema_migrations') as found`);
  if (!rows[0]?.found) return undefined;
  const newest = await client.query('select max(id) as id from schema_migrations');
  return (newest.rows[0]?.id as number | null) ?? undefined;
}

function askOn(client: Client): Ask {
  return (text) => inPart(client, async () => (await client.query<Record<string, unknown>>(text)).rows);
}

function readsOf(client: Client): VerifyReads {
  const builder = postgresBuilder();
  const registry = verifyQueries as unknown as Record<string, Query<unknown, unknown>>;
  return Object.fromEntries(
    Object.entries(registry).map(([name, query]) => [
      name,
      (args: unknown) => inPart(client, () => drive(client, query.run(builder, args))),
    ]),
  ) as unknown as VerifyReads;
}

/** What fails is undone, so that the moment can be read on. */
async function inPart<Result>(client: Client, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    await client.query('rollback to savepoint asked').catch(() => undefined);
    throw error;
  }
}
