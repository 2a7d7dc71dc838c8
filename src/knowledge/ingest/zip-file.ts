import { type FileHandle, open } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import {
  findZipEnd,
  readZipEntries,
  type ZipEntry,
  zipDataOffset,
  zipHeaderBytes,
  zipMethods,
  zipTailBytes,
} from './zip-directory.ts';

/** A ZIP archive on the disk. What is in it is told by its central directory alone: an archive in an archive, or bytes that look like the
 *  beginning of a file, are no files of it. */
export type ZipFile = {
  readonly entries: readonly ZipEntry[];
  /** A file's bytes, never more than the directory says it has.
   *  @throws ZipFault when it is not what the directory says */
  read(entry: ZipEntry): AsyncGenerator<Uint8Array>;
  close(): Promise<void>;
};

/** What is wrong with an archive (the first three), or with a file in it. */
export type ZipFaultKind = 'no_archive' | 'too_many' | 'long_names' | 'encrypted' | 'unknown_packing' | 'broken';

export class ZipFault extends Error {
  readonly kind: ZipFaultKind;

  constructor(kind: ZipFaultKind) {
    super(`the archive cannot be read: ${kind}`);
    this.name = 'ZipFault';
    this.kind = kind;
  }
}

/** More than 40,000 names take. */
const maxDirectoryBytes = 16 * 2 ** 20;

/** @throws ZipFault */
export async function openZipFile(path: string, limits: { maxEntries: number }): Promise<ZipFile> {
  const file = await open(path, 'r');
  try {
    return {
      entries: await readDirectory(file, limits.maxEntries),
      read: (entry) => readEntry(file, entry),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readDirectory(file: FileHandle, maxEntries: number): Promise<ZipEntry[]> {
  const { size } = await file.stat();
  const tailStart = Math.max(0, size - zipTailBytes);
  const end = findZipEnd(await readAt(file, tailStart, size - tailStart));
  if (!end) throw new ZipFault('no_archive');
  if (end.isZip64 || end.entries > maxEntries) throw new ZipFault('too_many');
  const length = tailStart + end.at - end.start;
  if (length < 0) throw new ZipFault('no_archive');
  if (length > maxDirectoryBytes) throw new ZipFault('long_names');
  const entries = readZipEntries(await readAt(file, end.start, length), end.entries);
  if (!entries) throw new ZipFault('no_archive');
  return entries;
}

async function* readEntry(file: FileHandle, entry: ZipEntry): AsyncGenerator<Uint8Array> {
  if (entry.isEncrypted) throw new ZipFault('encrypted');
  const { stored, deflated } = zipMethods;
  if (entry.method !== stored && entry.method !== deflated) throw new ZipFault('unknown_packing');
  const offset = zipDataOffset(await readAt(file, entry.offset, zipHeaderBytes));
  if (offset === undefined) throw new ZipFault('broken');
  let bytes = 0;
  let sum = 0;
  if (entry.packedBytes > 0) {
    const start = entry.offset + offset;
    const packed = Readable.from(pieces(file, start, entry.packedBytes));
    try {
      for await (const chunk of entry.method === deflated ? inflated(packed) : packed) {
        const piece = chunk as Uint8Array;
        bytes += piece.length;
        if (bytes > entry.unpackedBytes) throw new ZipFault('broken');
        sum = crc32(piece, sum);
        yield piece;
      }
    } catch (error) {
      // What zlib says of bytes that are no deflated text; the disk's own errors go on.
      if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'))
        throw new ZipFault('broken');
      throw error;
    }
  }
  if (bytes !== entry.unpackedBytes || sum !== entry.crc32) throw new ZipFault('broken');
}

/** A stream of the file's own would leave a listener at it for each entry. */
async function* pieces(file: FileHandle, start: number, length: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < length; ) {
    const piece = await readAt(file, start + at, Math.min(pieceBytes, length - at));
    if (piece.length === 0) return;
    at += piece.length;
    yield piece;
  }
}

const pieceBytes = 64 * 1024;

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
