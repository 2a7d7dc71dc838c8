import { inflateRawSync } from 'node:zlib';
import { ParseError } from './parse-error.ts';
import { zipName } from './zip-name.ts';

export type ZipLimits = {
  maxEntries: number;
  maxUnpackedBytes: number;
  /** Unpacked by packed size of the whole archive. Office files stay under 20; zeros reach 1,000. */
  maxRatio: number;
};

export const officeLimits: ZipLimits = { maxEntries: 5000, maxUnpackedBytes: 256 * 2 ** 20, maxRatio: 150 };

/** Names in the archive's central directory, or undefined when it has none.
 *  @throws ParseError `broken` */
export function zipNames(bytes: Uint8Array): string[] | undefined {
  const entries = readDirectory(asBuffer(bytes), Infinity);
  return entries?.map((entry) => entry.name);
}

/** Refuses an archive that would unpack to more than a document should, before anything keeps the unpacked bytes. What the directory
 *  declares is tested first, and then that each entry keeps to it.
 *  @throws ParseError `broken`, `encrypted` or `unpacks_too_large`
 *  @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT 4.3.7, 4.3.12, 4.3.16 */
export function checkZip(bytes: Uint8Array, limits: ZipLimits): void {
  const buffer = asBuffer(bytes);
  const entries = readDirectory(buffer, limits.maxEntries);
  if (entries === undefined) throw new ParseError('broken');
  const unpacked = entries.reduce((sum, entry) => sum + entry.unpackedBytes, 0);
  if (unpacked > limits.maxUnpackedBytes || unpacked > buffer.length * limits.maxRatio) {
    throw new ParseError('unpacks_too_large');
  }
  for (const entry of entries) checkEntry(buffer, entry);
}

/** The files of an archive that lies in memory, by the names its directory has for them. */
export type ZipFiles = { names: readonly string[]; read(name: string): Buffer | undefined };

/** @throws ParseError as `checkZip` does */
export function openZip(bytes: Uint8Array, limits: ZipLimits): ZipFiles {
  checkZip(bytes, limits);
  const buffer = asBuffer(bytes);
  const entries = new Map(readDirectory(buffer, limits.maxEntries)?.map((entry) => [entry.name, entry]));
  return {
    names: [...entries.keys()],
    read(name) {
      const entry = entries.get(name);
      if (entry === undefined) return undefined;
      const packed = packedBytes(buffer, entry);
      return entry.method === zipMethods.stored
        ? packed
        : inflateRawSync(packed, { maxOutputLength: entry.unpackedBytes });
    },
  };
}

export type ZipEntry = {
  name: string;
  isEncrypted: boolean;
  method: number;
  packedBytes: number;
  unpackedBytes: number;
  crc32: number;
  /** Where its local header begins. */
  offset: number;
};

const signature = { local: 0x04034b50, directory: 0x02014b50, end: 0x06054b50 } as const;
const endBytes = 22;
const maxCommentBytes = 0xffff;
/** The end record of an archive lies in so many last bytes of it. */
export const zipTailBytes = endBytes + maxCommentBytes;
/** A local header without its name. */
export const zipHeaderBytes = 30;
export const zipMethods = { stored: 0, deflated: 8 } as const;

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function readDirectory(buffer: Buffer, maxEntries: number): ZipEntry[] | undefined {
  const end = findZipEnd(buffer);
  if (end === undefined) return undefined;
  // The marks of ZIP64: no document of a size that is read here needs it.
  if (end.isZip64 || end.entries > maxEntries) throw new ParseError('unpacks_too_large');
  const entries = readZipEntries(buffer.subarray(end.start, end.at), end.entries);
  if (!entries) throw new ParseError('broken');
  return entries;
}

/** The end record of an archive, looked for in its last bytes. `at` counts in these bytes, `start` (of the central directory) in the
 *  archive. */
export type ZipEnd = { at: number; start: number; entries: number; isZip64: boolean };

export function findZipEnd(tail: Buffer): ZipEnd | undefined {
  const lowest = Math.max(0, tail.length - zipTailBytes);
  for (let at = tail.length - endBytes; at >= lowest; at--) {
    if (tail.readUInt32LE(at) !== signature.end) continue;
    const entries = tail.readUInt16LE(at + 10);
    const start = tail.readUInt32LE(at + 16);
    return { at, start, entries, isZip64: entries === 0xffff || start === 0xffffffff };
  }
  return undefined;
}

/** What a central directory lists; undefined when it is not whole. */
export function readZipEntries(directory: Buffer, count: number): ZipEntry[] | undefined {
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== signature.directory) return undefined;
    const nameBytes = directory.readUInt16LE(at + 28);
    entries.push({
      isEncrypted: (directory.readUInt16LE(at + 8) & 1) === 1,
      method: directory.readUInt16LE(at + 10),
      crc32: directory.readUInt32LE(at + 16),
      packedBytes: directory.readUInt32LE(at + 20),
      unpackedBytes: directory.readUInt32LE(at + 24),
      offset: directory.readUInt32LE(at + 42),
      name: zipName(directory.subarray(at + 46, at + 46 + nameBytes), (directory.readUInt16LE(at + 8) & 0x800) !== 0),
    });
    at += 46 + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

/** Where the bytes of an entry begin after the beginning of its local header; undefined when that is none. */
export function zipDataOffset(header: Buffer): number | undefined {
  if (header.length < zipHeaderBytes || header.readUInt32LE(0) !== signature.local) return undefined;
  return zipHeaderBytes + header.readUInt16LE(26) + header.readUInt16LE(28);
}

function checkEntry(buffer: Buffer, entry: ZipEntry): void {
  if (entry.isEncrypted) throw new ParseError('encrypted');
  const packed = packedBytes(buffer, entry);
  if (entry.method === zipMethods.stored && entry.packedBytes === entry.unpackedBytes) return;
  if (entry.method !== zipMethods.deflated) throw new ParseError('broken');
  if (inflatedBytes(packed, entry.unpackedBytes) !== entry.unpackedBytes) throw new ParseError('broken');
}

function packedBytes(buffer: Buffer, { offset, packedBytes: length }: ZipEntry): Buffer {
  const dataOffset = zipDataOffset(buffer.subarray(offset, offset + zipHeaderBytes));
  if (dataOffset === undefined) throw new ParseError('broken');
  const packed = buffer.subarray(offset + dataOffset, offset + dataOffset + length);
  if (packed.length !== length) throw new ParseError('broken');
  return packed;
}

function inflatedBytes(packed: Buffer, declaredBytes: number): number {
  try {
    return inflateRawSync(packed, { maxOutputLength: declaredBytes + 1 }).length;
  } catch (error) {
    const isLonger = error instanceof RangeError;
    throw new ParseError(isLonger ? 'unpacks_too_large' : 'broken', { cause: error });
  }
}
