import { createHash, type Hash } from 'node:crypto';
import type { MovedRow, MovingSource, MovingTarget } from './ends.ts';
import { createFileList, type NamedFile } from './files.ts';
import { storeTables } from './store-tables.ts';

/** How many rows of a table there are, and what all of them together hash to. */
export type TableDigest = { table: string; rows: number; sha256: string };

/** Copies every row of one moment of a store into an empty one.
 *  @param tell  rows of all that are there
 *  @throws Error when the source is of another version, or the target was used */
export async function moveStore(
  source: MovingSource,
  target: MovingTarget,
  options: {
    schemaVersion: number;
    tell(done: number, all: number): void;
    /** Brings the originals over before the rows that name them are committed. */
    bringFiles(files: readonly NamedFile[]): Promise<void>;
  },
): Promise<TableDigest[]> {
  const version = await source.schemaVersion();
  if (version !== options.schemaVersion) {
    const what = version > options.schemaVersion ? 'a newer' : 'an older';
    throw new Error(`The store is of ${what} version of Perdure. Start it once with this version, and stop it again.`);
  }
  if (!(await target.isEmpty())) throw new Error('There is a store in the target already. Name an empty one.');
  const tables = storeTables();
  let all = 0;
  for (const table of tables) all += await source.count(table);
  const digests: TableDigest[] = [];
  let done = 0;
  const list = createFileList();
  for (const table of tables) {
    const digest = startDigest(table.name);
    for await (const rows of source.rows(table)) {
      await target.insert(table, rows);
      digest.add(rows);
      list.note(table, rows);
      done += rows.length;
      options.tell(done, all);
    }
    digests.push(digest.end());
  }
  await options.bringFiles(list.files());
  await target.commit();
  return digests;
}

/** What every table of one moment of a store holds. */
export async function digestStore(source: MovingSource): Promise<TableDigest[]> {
  const digests: TableDigest[] = [];
  for (const table of storeTables()) {
    const digest = startDigest(table.name);
    for await (const rows of source.rows(table)) digest.add(rows);
    digests.push(digest.end());
  }
  return digests;
}

function startDigest(table: string) {
  const hash = createHash('sha256');
  let count = 0;
  return {
    add(rows: readonly MovedRow[]) {
      for (const row of rows) addRow(hash, row);
      count += rows.length;
    },
    end: (): TableDigest => ({ table, rows: count, sha256: hash.digest('hex') }),
  };
}

function addRow(hash: Hash, row: MovedRow): void {
  const values = row.map((value) =>
    value instanceof Uint8Array
      ? { bytes: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex') }
      : value,
  );
  hash.update(JSON.stringify(values)).update('\n');
}
