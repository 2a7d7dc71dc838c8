import { inflateRawSync } from 'node:zlib';
import { ParseError } from './parse-error.ts';

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

type Entry = {
  name: string;
  isEncrypted: boolean;
  method: number;
  packedBytes: number;
  unpackedBytes: number;
  offset: number;
};

const signature = { local: 0x04034b50, directory: 0x02014b50, end: 0x06054b50 } as const;
const endBytes = 22;
const maxCommentBytes = 0xffff;
const stored = 0;
const deflated = 8;

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function readDirectory(buffer: Buffer, maxEntries: number): Entry[] | undefined {
  const end = findEnd(buffer);
  if (end === undefined) return undefined;
  const count = buffer.readUInt16LE(end + 10);
  const start = buffer.readUInt32LE(end + 16);
  // The marks of ZIP64: no document of a size that is read here needs it.
  if (count === 0xffff || start === 0xffffffff) throw new ParseError('unpacks_too_large');
  if (count > maxEntries) throw new ParseError('unpacks_too_large');
  const entries: Entry[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || buffer.readUInt32LE(at) !== signature.directory) throw new ParseError('broken');
    const nameBytes = buffer.readUInt16LE(at + 28);
    entries.push({
      isEncrypted: (buffer.readUInt16LE(at + 8) & 1) === 1,
      method: buffer.readUInt16LE(at + 10),
      packedBytes: buffer.readUInt32LE(at + 20),
      unpackedBytes: buffer.readUInt32LE(at + 24),
      offset: buffer.readUInt32LE(at + 42),
      name: buffer.toString('utf8', at + 46, at + 46 + nameBytes),
    });
    at += 46 + nameBytes + buffer.readUInt16LE(at + 30) + buffer.readUInt16LE(at + 32);
  }
  return entries;
}

function findEnd(buffer: Buffer): number | undefined {
  const lowest = Math.max(0, buffer.length - endBytes - maxCommentBytes);
  for (let at = buffer.length - endBytes; at >= lowest; at--) {
    if (buffer.readUInt32LE(at) === signature.end) return at;
  }
  return undefined;
}

function checkEntry(buffer: Buffer, entry: Entry): void {
  if (entry.isEncrypted) throw new ParseError('encrypted');
  const { offset } = entry;
  if (offset + 30 > buffer.length || buffer.readUInt32LE(offset) !== signature.local) throw new ParseError('broken');
  const start = offset + 30 + buffer.readUInt16LE(offset + 26) + buffer.readUInt16LE(offset + 28);
  const packed = buffer.subarray(start, start + entry.packedBytes);
  if (packed.length !== entry.packedBytes) throw new ParseError('broken');
  if (entry.method === stored && entry.packedBytes === entry.unpackedBytes) return;
  if (entry.method !== deflated) throw new ParseError('broken');
  if (inflatedBytes(packed, entry.unpackedBytes) !== entry.unpackedBytes) throw new ParseError('broken');
}

function inflatedBytes(packed: Buffer, declaredBytes: number): number {
  try {
    return inflateRawSync(packed, { maxOutputLength: declaredBytes + 1 }).length;
  } catch (error) {
    const isLonger = error instanceof RangeError;
    throw new ParseError(isLonger ? 'unpacks_too_large' : 'broken', { cause: error });
  }
}
