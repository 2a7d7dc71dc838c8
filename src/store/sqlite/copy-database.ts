import { backup, DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { NamedFile } from '../moving/files.ts';

/** Pages of a step: some 4 MB, in a thread of its own. */
const pagesAtOnce = 1_000;

/** Copies one moment of a database to a path where nothing is yet, while others write to it, and gives the originals that the copy names. The
 *  moment is that of the call: what is committed from then on is not in it.
 *  @param tell  how many of all pages are there */
export async function copyDatabase(
  from: string,
  to: string,
  tell: (done: number, all: number) => void,
): Promise<NamedFile[]> {
  const source = new DatabaseSync(from, { readOnly: true, timeout: 5_000 });
  try {
    // The read that is open keeps every step on one moment.
    source.exec('begin');
    source.prepare('select count(*) from sqlite_master').get();
    const progress = ({ totalPages, remainingPages }: { totalPages: number; remainingPages: number }) =>
      tell(totalPages - remainingPages, totalPages);
    await backup(source, to, { rate: pagesAtOnce, progress });
    return namedFiles(source);
  } finally {
    source.close();
  }
}

/** The originals that a closed database names. It is read as it lies there. */
export function namedFilesIn(path: string): NamedFile[] {
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  const database = new DatabaseSync(url, { readOnly: true });
  try {
    return namedFiles(database);
  } finally {
    database.close();
  }
}

function namedFiles(database: DatabaseSync): NamedFile[] {
  const statement = database.prepare(`select file_key as fileKey, bytes, sha256 from documents
    where file_key <> '' and purged_at is null and corpus_id not in (select id from corpora where purged_at is not null)
    union select file_key, bytes, sha256 from document_versions where file_key <> ''`);
  return statement.all() as NamedFile[];
}
