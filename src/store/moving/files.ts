import { createHash } from 'node:crypto';
import type { MovedRow } from './ends.ts';
import type { StoreTable } from './store-tables.ts';

/** An original that a store names. */
export type NamedFile = { fileKey: string; bytes: number; sha256: string };

export type FileSource = {
  /** Undefined when there is none. */
  read(fileKey: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  close(): Promise<void>;
};

export type FileTarget = {
  /** Whether the file is there, whole and the same. */
  has(file: NamedFile): Promise<boolean>;
  /** Durable once this resolves; nothing is left when it rejects. */
  put(file: NamedFile, body: AsyncIterable<Uint8Array>): Promise<void>;
  close(): Promise<void>;
};

/** Reads the originals that rows name, as they come by: `corpora` before `documents`. What belongs to a purged corpus or document may be gone. */
export function createFileList(): { note(table: StoreTable, rows: readonly MovedRow[]): void; files(): NamedFile[] } {
  const purgedCorpora = new Set<unknown>();
  const purgedDocuments = new Set<unknown>();
  const named = new Map<string, NamedFile>();
  return {
    note({ name, columns }, rows) {
      const of = (row: MovedRow, column: string) => row[columns.indexOf(column)];
      for (const row of rows) {
        if (name === 'corpora' && of(row, 'purged_at') !== null) purgedCorpora.add(of(row, 'id'));
        if (name === 'documents') {
          const isPurged = of(row, 'purged_at') !== null || purgedCorpora.has(of(row, 'corpus_id'));
          if (isPurged) purgedDocuments.add(of(row, 'id'));
        }
        const documentId = name === 'documents' ? of(row, 'id') : of(row, 'document_id');
        if ((name !== 'documents' && name !== 'document_versions') || purgedDocuments.has(documentId)) continue;
        const fileKey = String(of(row, 'file_key'));
        if (fileKey === '') continue;
        named.set(fileKey, { fileKey, bytes: Number(of(row, 'bytes')), sha256: String(of(row, 'sha256')) });
      }
    },
    files: () => [...named.values()],
  };
}

/** Copies what is not there yet, each compared with the hash it was uploaded with.
 *  @throws Error for one that is missing or another */
export async function moveFiles(
  files: readonly NamedFile[],
  { source, target, tell }: { source: FileSource; target: FileTarget; tell(done: number, all: number): void },
): Promise<void> {
  for (const [i, file] of files.entries()) {
    tell(i, files.length);
    if (await target.has(file)) continue;
    const body = await source.read(file.fileKey);
    if (!body) throw new Error(`The original ${file.fileKey} is missing.`);
    await target.put(file, compared(file, body));
  }
  tell(files.length, files.length);
}

async function* compared(file: NamedFile, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of body) {
    hash.update(piece);
    bytes += piece.length;
    yield piece;
  }
  if (bytes !== file.bytes || hash.digest('hex') !== file.sha256) {
    throw new Error(`The original ${file.fileKey} is not the file that was uploaded.`);
  }
}
