import chardet from 'chardet';
import { ParseError } from './parse-error.ts';

export type DecodedText = {
  text: string;
  /** The encoding, where neither the bytes nor a mark in them say it for certain. */
  guessed?: string;
};

/** Text from bytes: UTF-16 by its marks, ISO-2022-JP by its escapes, UTF-8 when it is valid; else as the text itself declares, else what its
 *  letters are likeliest in, else windows-1252 when no byte is zero. Marks are left out. Pure.
 *  @throws ParseError `bad_encoding` */
export function decodeText(bytes: Uint8Array): DecodedText {
  const certain = certainEncoding(bytes);
  const text = decode(bytes, certain);
  if (text !== undefined) return { text };
  if (certain !== 'utf-8' || bytes.includes(0)) throw new ParseError('bad_encoding');
  const declared = declaredEncoding(bytes);
  const asDeclared = declared && decode(bytes, declared);
  if (asDeclared) return { text: asDeclared };
  for (const guessed of likelyEncodings(bytes)) {
    const guess = decode(bytes, guessed);
    if (guess !== undefined && !strayControls.test(guess)) return { text: guess, guessed };
  }
  const last = decode(bytes, 'windows-1252');
  if (last === undefined) throw new ParseError('bad_encoding');
  return { text: last, guessed: 'windows-1252' };
}

function certainEncoding(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  // Its bytes are all of ASCII, which makes it valid UTF-8.
  return Buffer.from(bytes.subarray(0, 65_536)).includes('\x1b$B') ? 'iso-2022-jp' : 'utf-8';
}

/** What a page or an XML file says of itself. */
function declaredEncoding(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 2048)).toString('latin1');
  const found = /<meta[^>]{0,200}charset\s*=\s*["']?([\w-]+)|<\?xml[^>]{0,200}encoding\s*=\s*["']([\w-]+)/i.exec(head);
  const name = (found?.[1] ?? found?.[2])?.toLowerCase();
  return name?.startsWith('utf') ? undefined : name;
}

/** Looked through in about 5 ms; this runs while an upload is answered too. */
const sampleBytes = 8 * 1024;

/** Encodings by how often their letters follow each other so, likeliest first. Looked at is what stands around the first letter that is not
 *  of ASCII. */
function likelyEncodings(bytes: Uint8Array): string[] {
  const first = bytes.findIndex((byte) => byte > 0x7f);
  const sample = bytes.subarray(Math.max(0, first - 32), first + sampleBytes);
  return chardet
    .analyse(sample)
    .filter(({ name, confidence }) => confidence >= (otherLatin.test(name) ? minLatinConfidence : minConfidence))
    .map(({ name }) => name);
}

const minConfidence = 20;
/** A few letters beyond ASCII fit Baltic or Romanian as well as French, and French is likelier: 45 and less were seen on sentences of it, 52 and
 *  more on sentences of Polish, Czech and Turkish. */
const minLatinConfidence = 50;
const otherLatin = /^(?:windows-125[0478]|iso-8859-(?:[2-4]|9|1\d))$/i;
/** Letters of other encodings come out as controls of the second set when they are read as ISO-8859. */
const strayControls = /[\u0080-\u009f]/;

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
