import type { Clock } from '../../clock.ts';
import { openFileSource, openFileTarget, type StorePlace } from './file-places.ts';
import { createFileList, type FileSource, moveFiles } from './files.ts';
import { openSource } from './move-place.ts';
import { storeTables } from './store-tables.ts';

/** Copies the originals that one moment of a store names to where it is to have them from then on, each compared with the hash it was
 *  uploaded with. Nothing is removed where they were; what is there already is not copied again.
 *  @param from  the store, with where its originals are
 *  @param to  the same store, with where they are to be
 *  @returns how many the store names
 *  @throws Error for one that is missing or another */
export async function moveFilesOf(
  from: StorePlace,
  to: StorePlace,
  { clock, tell }: { clock: Clock; tell(what: string, done: number, all: number): void },
): Promise<number> {
  const list = createFileList();
  const store = await openSource(from);
  try {
    for (const table of storeTables()) {
      if (!namingTables.has(table.name)) continue;
      for await (const rows of store.rows(table)) list.note(table, rows);
    }
  } finally {
    await store.close();
  }
  let source: FileSource | undefined;
  const target = await openFileTarget(to, clock);
  try {
    source = await openFileSource(from, clock);
    await moveFiles(list.files(), { source, target, tell: (done, all) => tell('originals', done, all) });
  } finally {
    await source?.close();
    await target.close();
  }
  return list.files().length;
}

const namingTables = new Set(['corpora', 'documents', 'document_versions']);
