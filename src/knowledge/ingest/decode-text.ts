import { ParseError } from './parse-error.ts';

/** Text from bytes: UTF-8 and UTF-16 by their marks (which are left out), else UTF-8 when it is valid, else windows-1252 when no byte is
 *  zero. Pure.
 *  @throws ParseError `bad_encoding` */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  const text = decode(bytes, encoding);
  if (text !== undefined) return text;
  const single = encoding === 'utf-8' && !bytes.includes(0) ? decode(bytes, 'windows-1252') : undefined;
  if (single === undefined) throw new ParseError('bad_encoding');
  return single;
}

function decode(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The same text with U+FFFD for U+0000 and for halves of surrogate pairs, as long as before: every store keeps it. Pure. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\ufffd');
}
