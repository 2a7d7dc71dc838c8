import { open } from 'node:fs/promises';
import type { FileStore } from '../../store/file-store.ts';
import { kindOfArchive } from './detect-type.ts';
import { documentKinds } from './document-kinds.ts';
import { ParseError, type ParseErrorCode } from './parse-error.ts';
import { undecidedMediaType } from './quick-type.ts';
import type { ZipEntry } from './zip-directory.ts';
import { openZipFile, ZipFault, type ZipFaultKind, type ZipFile } from './zip-file.ts';

/** What an archive of documents may be at most. */
export const archiveLimits = {
  /** Entries of its directory, folders too. */
  maxEntries: 5000,
  maxFiles: 2000,
  maxFileBytes: 50 * 2 ** 20,
  maxUnpackedBytes: 1024 * 2 ** 20,
  /** Unpacked by packed size, of the whole archive; tables as text stay under 50, zeros reach 1,000. */
  maxRatio: 150,
} as const;

/** Whether a stored file is an archive of documents, and no document that is kept as an archive. The media type says so of a small one; a large one
 *  is gone through.
 *  @throws ParseError for an archive that cannot be opened, or of a kind that cannot be read */
export async function isArchiveFile(
  files: Pick<FileStore, 'localCopy'>,
  { fileKey, mediaType }: { fileKey: string; mediaType: string },
  signal?: AbortSignal,
): Promise<boolean> {
  if (mediaType === documentKinds.zip.mediaType) return true;
  if (mediaType !== undecidedMediaType) return false;
  const copy = await files.localCopy(fileKey, signal);
  try {
    return await isArchive(copy.path);
  } finally {
    await copy.release();
  }
}

async function isArchive(path: string): Promise<boolean> {
  if (!(await startsAsZip(path))) return false;
  const archive = await openArchive(path);
  await archive.close();
  return kindOfArchive(archive.entries.map(({ name }) => name)) === 'zip';
}

/** @throws ParseError */
export async function openArchive(path: string): Promise<ZipFile> {
  try {
    return await openZipFile(path, archiveLimits);
  } catch (error) {
    throw error instanceof ZipFault ? new ParseError(codes[error.kind], { cause: error }) : error;
  }
}

const codes: Record<ZipFaultKind, ParseErrorCode> = {
  no_archive: 'broken',
  too_many: 'too_many_files',
  long_names: 'too_many_files',
  encrypted: 'encrypted',
  unknown_packing: 'broken',
  broken: 'broken',
};

/** The files of an archive that are looked at: not its folders, nor what systems put beside files for themselves. What the directory declares
 *  is tested before anything is unpacked, and nothing unpacks to more than it declares.
 *  @throws ParseError `too_many_files` or `unpacks_too_large` */
export function filesOf(archive: ZipFile): ZipEntry[] {
  const files = archive.entries.filter(({ name }) => !name.endsWith('/') && !clutter.test(name));
  if (files.length > archiveLimits.maxFiles) throw new ParseError('too_many_files');
  const sum = (bytesOf: (entry: ZipEntry) => number) => files.reduce((total, entry) => total + bytesOf(entry), 0);
  const unpacked = sum((entry) => entry.unpackedBytes);
  const packed = sum((entry) => entry.packedBytes);
  if (
    unpacked > archiveLimits.maxUnpackedBytes ||
    unpacked > Math.max(packed, minPackedBytes) * archiveLimits.maxRatio
  ) {
    throw new ParseError('unpacks_too_large');
  }
  return files;
}

/** Below it a high ratio unpacks to next to nothing. */
const minPackedBytes = 4096;
const clutter = /(?:^|\/)(?:__MACOSX\/.*|\.DS_Store|\._[^/]*|Thumbs\.db|desktop\.ini)$/i;

async function startsAsZip(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.equals(Buffer.from('PK\u0003\u0004'));
  } finally {
    await file.close();
  }
}
