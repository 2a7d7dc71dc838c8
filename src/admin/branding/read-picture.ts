import type { Logo } from '../../contract/logo.ts';

export type Picture = Pick<Logo, 'media_type' | 'width' | 'height'>;

/** What a picture is by its bytes: a PNG or WebP that is whole, stands still and has nothing behind its end; undefined for everything else. The
 *  picture itself is not decoded. Pure.
 *  @see https://www.w3.org/TR/png-3/ and https://www.rfc-editor.org/rfc/rfc9649 */
export function readPicture(bytes: Buffer): Picture | undefined {
  return readPng(bytes) ?? readWebp(bytes);
}

const pngStart = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

function readPng(bytes: Buffer): Picture | undefined {
  if (!bytes.subarray(0, 8).equals(pngStart)) return undefined;
  let size: { width: number; height: number } | undefined;
  let hasData = false;
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const next = at + 12 + length;
    if (next > bytes.length) return undefined;
    if (at === 8) {
      if (type !== 'IHDR' || length !== 13) return undefined;
      size = { width: bytes.readUInt32BE(at + 8), height: bytes.readUInt32BE(at + 12) };
    }
    if (type === 'acTL') return undefined;
    if (type === 'IDAT') hasData = true;
    if (type === 'IEND')
      return size && hasData && next === bytes.length ? { media_type: 'image/png', ...size } : undefined;
    at = next;
  }
  return undefined;
}

/** In the flags of the extended format. */
const isAnimated = 0b10;

function readWebp(bytes: Buffer): Picture | undefined {
  const text = (at: number) => bytes.toString('latin1', at, at + 4);
  if (bytes.length < 30 || text(0) !== 'RIFF' || text(8) !== 'WEBP') return undefined;
  if (bytes.readUInt32LE(4) + 8 !== bytes.length) return undefined;
  let size: { width: number; height: number } | undefined;
  let hasData = false;
  let at = 12;
  while (at + 8 <= bytes.length) {
    const type = text(at);
    const length = bytes.readUInt32LE(at + 4);
    const next = at + 8 + length + (length % 2);
    if (next > bytes.length || type === 'ANIM' || type === 'ANMF') return undefined;
    if (type === 'VP8X' && (bytes[at + 8] ?? 0) & isAnimated) return undefined;
    const found = sizeInChunk(type, bytes.subarray(at + 8, at + 8 + length));
    size ??= found;
    hasData ||= found !== undefined && type !== 'VP8X';
    at = next;
  }
  return size && hasData && at === bytes.length ? { media_type: 'image/webp', ...size } : undefined;
}

function sizeInChunk(type: string, data: Buffer): { width: number; height: number } | undefined {
  if (data.length < 10) return undefined;
  if (type === 'VP8X') return { width: data.readUIntLE(4, 3) + 1, height: data.readUIntLE(7, 3) + 1 };
  if (type === 'VP8 ' && data.readUIntBE(3, 3) === 0x9d012a)
    return { width: data.readUInt16LE(6) & 0x3fff, height: data.readUInt16LE(8) & 0x3fff };
  if (type === 'VP8L' && data[0] === 0x2f) {
    const bits = data.readUInt32LE(1);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  return undefined;
}
