import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { Query } from '../command.ts';
import { migrations } from '../migrations/index.ts';
import { type OpenedSnapshot, type VerifyReads, verifyQueries } from '../queries/verify.ts';
import { sqliteBuilder } from '../script.ts';
import { createDriver } from './drive.ts';
import { checkFile } from './file-checks.ts';

/** Opens one moment of a store for reading alone: nothing is created, migrated or locked for the server that may run on it.
 *  A store that was closed is read as it lies there, so that not even SQLite's side files appear; beside one in use they are there
 *  already. */
export function openSnapshot(path: string): OpenedSnapshot {
  if (!existsSync(path)) return { outcome: 'missing', reason: 'There is no perdure.db here.' };
  const isInUse = existsSync(`${path}-wal`);
  const facts = () => {
    const { mtimeMs, size } = statSync(path);
    return `${existsSync(`${path}-wal`)} ${mtimeMs} ${size}`;
  };
  const before = facts();
  let database: DatabaseSync | undefined;
  try {
    database = open(path, isInUse);
    database.exec('begin');
    const schemaVersion = readSchemaVersion(database);
    if (schemaVersion === undefined) return refuse(database, 'not_a_store', 'This file holds no store of Perdure.');
    const known = Math.max(...migrations.map(({ id }) => id));
    if (schemaVersion > known) {
      return refuse(
        database,
        'newer',
        'This store was written by a newer version of Perdure. Verify it with that version.',
      );
    }
    if (schemaVersion < known) {
      return refuse(database, 'older', 'This store is of an older version. Start Perdure once to bring it up to date.');
    }
    const opened = database;
    return {
      outcome: 'opened',
      snapshot: {
        read: readsOf(opened),
        schemaVersion,
        checkFile: () => Promise.resolve(checkFile(opened)),
        close() {
          opened.close();
          return Promise.resolve({ isOneMoment: isInUse || facts() === before });
        },
      },
    };
  } catch (error) {
    database?.close();
    return { outcome: isForeign(error) ? 'not_a_store' : 'unreadable', reason: reasonOf(error) };
  }
}

function open(path: string, isInUse: boolean): DatabaseSync {
  const url = pathToFileURL(path);
  if (!isInUse) url.searchParams.set('immutable', '1');
  const database = new DatabaseSync(url, { readOnly: true, timeout: 5_000 });
  database.exec('pragma query_only = on');
  return database;
}

function readSchemaVersion(database: DatabaseSync): number | undefined {
  const table = database.prepare(`select 1 from sqlite_master where name = 'schema_migrations'`).get();
  if (!table) return undefined;
  return (
    (database.prepare('select max(id) as id from schema_migrations').get() as { id: number | null }).id ?? undefined
  );
}

function refuse(database: DatabaseSync, outcome: 'not_a_store' | 'newer' | 'older', reason: string): OpenedSnapshot {
  database.close();
  return { outcome, reason };
}

function readsOf(database: DatabaseSync): VerifyReads {
  const driver = createDriver(database);
  const builder = sqliteBuilder();
  const registry = verifyQueries as unknown as Record<string, Query<unknown, unknown>>;
  return Object.fromEntries(
    Object.entries(registry).map(([name, query]) => [
      name,
      async (args: unknown) => driver.drive(query.run(builder, args)),
    ]),
  ) as unknown as VerifyReads;
}

/** SQLite's code for a file that is no database. */
const notADatabase = 26;

function isForeign(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === notADatabase;
}

function reasonOf(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  return isForeign(error) ? 'This file is no SQLite database.' : `The file cannot be read: ${said}.`;
}
