import { type FileHandle, open } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import {
  findZipEnd,
  readZipEntries,
  type ZipEntry,
  zipDataOffset,
  zipHeaderBytes,
  zipMethods,
  zipTailBytes,
} from '../knowledge/ingest/zip-directory.ts';
import { ImportFault } from './import-fault.ts';

/** A ZIP archive on the disk. What is in it is told by its central directory alone: an archive in an archive, or bytes that look like the
 *  beginning of a file, are no files of it. */
export type ZipArchive = {
  readonly entries: readonly ZipEntry[];
  /** A file's bytes, never more than the directory says it has.
   *  @throws ImportFault when it is not what the directory says */
  read(entry: ZipEntry): AsyncGenerator<Uint8Array>;
  close(): Promise<void>;
};

/** More than 40,000 names take. */
const maxDirectoryBytes = 16 * 2 ** 20;

const noArchive =
  'This is not a ZIP archive, or it did not arrive whole. Choose the file that “Download my data” gave you.';
const broken = 'It is damaged in the archive.';

/** @throws ImportFault */
export async function openZipArchive(path: string, limits: { files: number }): Promise<ZipArchive> {
  const file = await open(path, 'r');
  try {
    return {
      entries: await readDirectory(file, limits.files),
      read: (entry) => readEntry(file, entry),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readDirectory(file: FileHandle, maxFiles: number): Promise<ZipEntry[]> {
  const { size } = await file.stat();
  const tailStart = Math.max(0, size - zipTailBytes);
  const end = findZipEnd(await readAt(file, tailStart, size - tailStart));
  if (!end) throw new ImportFault(noArchive);
  if (end.isZip64 || end.entries > maxFiles) {
    throw new ImportFault(
      `The archive has more than ${maxFiles.toLocaleString('en-US')} files. Take the folder documents out of it and try again: documents are not brought back.`,
    );
  }
  const length = tailStart + end.at - end.start;
  if (length < 0) throw new ImportFault(noArchive);
  if (length > maxDirectoryBytes) throw new ImportFault('The names in the archive are longer than the server reads.');
  const entries = readZipEntries(await readAt(file, end.start, length), end.entries);
  if (!entries) throw new ImportFault(noArchive);
  return entries;
}

async function* readEntry(file: FileHandle, entry: ZipEntry): AsyncGenerator<Uint8Array> {
  if (entry.isEncrypted) throw new ImportFault('It is encrypted. Take the password off the archive.');
  const { stored, deflated } = zipMethods;
  if (entry.method !== stored && entry.method !== deflated)
    throw new ImportFault('It is packed in a way that the server does not know.');
  const offset = zipDataOffset(await readAt(file, entry.offset, zipHeaderBytes));
  if (offset === undefined) throw new ImportFault(broken);
  let bytes = 0;
  let sum = 0;
  if (entry.packedBytes > 0) {
    const start = entry.offset + offset;
    const packed = file.createReadStream({ start, end: start + entry.packedBytes - 1, autoClose: false });
    try {
      for await (const chunk of entry.method === deflated ? inflated(packed) : packed) {
        const piece = chunk as Uint8Array;
        bytes += piece.length;
        if (bytes > entry.unpackedBytes) throw new ImportFault(broken);
        sum = crc32(piece, sum);
        yield piece;
      }
    } catch (error) {
      // What zlib says of bytes that are no deflated text; the disk's own errors go on.
      if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'))
        throw new ImportFault(broken);
      throw error;
    }
  }
  if (bytes !== entry.unpackedBytes || sum !== entry.crc32) throw new ImportFault(broken);
}

function inflated(packed: Readable): Readable {
  const inflate = createInflateRaw();
  // Its end, and what goes wrong before, reach whoever reads `inflate`.
  return pipeline(packed, inflate, () => {});
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}
