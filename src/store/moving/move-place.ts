import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../clock.ts';
import { migrations } from '../migrations/index.ts';
import type { MovingSource, MovingTarget } from './ends.ts';
import { openFileSource, openFileTarget, type StorePlace } from './file-places.ts';
import { moveFiles } from './files.ts';
import { digestStore, moveStore, type TableDigest } from './move-store.ts';
import { openPostgresSource, openPostgresTarget } from '../postgres/moving-ends.ts';
import { openSqliteSource, openSqliteTarget } from '../sqlite/moving-ends.ts';

/** What was moved: both sides hold the same rows. */
export type Moved = { tables: TableDigest[]; rows: number; files: number };

/** Copies one moment of a store, with its originals, into an empty place, and compares every row.
 *  @throws Error that says why nothing was moved, or what differs */
export async function movePlace(
  from: StorePlace,
  to: StorePlace,
  { clock, tell }: { clock: Clock; tell(what: string, done: number, all: number): void },
): Promise<Moved> {
  const closing: { close(): Promise<void> }[] = [];
  const opened = <Each extends { close(): Promise<void> }>(each: Each): Each => {
    closing.push(each);
    return each;
  };
  try {
    const source = opened(await openSource(from));
    const target = opened(await openTarget(to, clock));
    const files = {
      source: opened(await openFileSource(from, clock)),
      target: opened(await openFileTarget(to, clock)),
    };
    let fileCount = 0;
    const tables = await moveStore(source, target, {
      schemaVersion: Math.max(...migrations.map(({ id }) => id)),
      tell: (done, all) => tell('rows', done, all),
      async bringFiles(named) {
        fileCount = named.length;
        await moveFiles(named, { ...files, tell: (done, all) => tell('originals', done, all) });
      },
    });
    const there = await digestStore(opened(await openSource(to)));
    const differing = tables.filter((each, i) => each.sha256 !== there[i]?.sha256 || each.rows !== there[i]?.rows);
    if (differing.length > 0)
      throw new Error(`The copy differs in: ${differing.map(({ table }) => table).join(', ')}.`);
    return { tables, rows: tables.reduce((sum, { rows }) => sum + rows, 0), files: fileCount };
  } finally {
    for (const each of closing.toReversed()) await each.close().catch(() => undefined);
  }
}

const databaseIn = (dataDir: string) => join(dataDir, 'perdure.db');

/** @throws Error when there is no store */
export async function openSource(place: StorePlace): Promise<MovingSource> {
  if ('url' in place) return openPostgresSource(place.url);
  const path = databaseIn(place.dataDir);
  if (!existsSync(path)) throw new Error(`There is no perdure.db in ${place.dataDir}.`);
  return openSqliteSource(path);
}

async function openTarget(place: StorePlace, clock: Clock): Promise<MovingTarget> {
  if ('url' in place) return openPostgresTarget(place.url, clock);
  mkdirSync(place.dataDir, { recursive: true, mode: 0o700 });
  return openSqliteTarget(databaseIn(place.dataDir), clock.now());
}
