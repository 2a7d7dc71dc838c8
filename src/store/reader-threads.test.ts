import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test } from 'vitest';
import { createReaderThreads } from './reader-threads.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).toReversed()) await clean();
});

const quickRows = 1;
/** Several seconds of counting inside SQLite, where no thread can be interrupted. */
const slowRows = 60_000_000;
const deadlineMs = 3_000;

/** A file whose documents are counted up to a number, so that looking among them takes as long as that is large. */
function givenReaders() {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-readers-'));
  const path = join(folder, 'perdure.db');
  const database = new DatabaseSync(path);
  database.exec(`pragma journal_mode = wal;
    create table counted (rows integer not null);
    insert into counted values (${quickRows});
    create view documents as
      with recursive n (i) as (select 1 union all select i + 1 from n limit (select rows from counted))
      select 'key-' || i as file_key, null as purged_at from n;
    create view document_versions as select '' as file_key where false`);
  const worker = new URL('./sqlite/reader.worker.ts', import.meta.url);
  const readers = createReaderThreads({ worker, workerData: { path } }, { deadlineMs });
  cleanups.push(
    () => rmSync(folder, { recursive: true }),
    () => database.close(),
    () => readers.close(),
  );
  return {
    look: () => readers.scan('fileKeysInUse', { fileKeys: ['key-1'] }),
    takesRows: (rows: number) => database.exec(`update counted set rows = ${rows}`),
  };
}

const tooLong = expect.objectContaining({ code: 'overloaded', retryAfterSeconds: 5 });

/** Asks until it is answered; whoever is told to come back does. A thread's start counts against the deadline too. */
async function untilAnswered(look: () => Promise<unknown>): Promise<unknown> {
  for (;;) {
    try {
      return await look();
    } catch (error) {
      expect(error).toEqual(tooLong);
    }
  }
}

test('a scan past its deadline is given up with 503 and Retry-After, and later ones are answered', async () => {
  const { look, takesRows } = givenReaders();
  expect(await untilAnswered(look)).toEqual(['key-1']);
  takesRows(slowRows);
  await expect(look()).rejects.toEqual(tooLong);
  takesRows(quickRows);
  expect(await untilAnswered(look)).toEqual(['key-1']);
}, 120_000);

test('scans that wait behind slow ones are given up too, and the threads come back', async () => {
  const { look, takesRows } = givenReaders();
  await untilAnswered(look);
  takesRows(slowRows);
  const outcomes = await Promise.allSettled(Array.from({ length: 4 }, look));
  expect(outcomes).toEqual(outcomes.map(() => ({ status: 'rejected', reason: tooLong })));
  takesRows(quickRows);
  expect(await untilAnswered(look)).toEqual(['key-1']);
}, 120_000);
