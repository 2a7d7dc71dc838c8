import { fileTypeFromBuffer } from 'file-type';
import { decodeText } from './decode-text.ts';
import {
  type DocumentKind,
  documentKinds,
  promisedKind,
  readableKinds,
  type TextKind,
  textKinds,
} from './document-kinds.ts';
import { looksLikeMail } from './mail-head.ts';
import { ParseError } from './parse-error.ts';
import { zipNames } from './zip-directory.ts';

/** Binary kinds are known by their content alone. Text comes decoded. */
export type DetectedType =
  | { kind: Exclude<DocumentKind, TextKind> }
  | { kind: TextKind; text: string; guessedEncoding?: string };

/** What a file is by its content. The name decides only between the kinds of text, which no content tells apart for certain; a name that
 *  promises another kind than the content holds is refused.
 *  @throws ParseError `empty`, `unsupported_type`, `lying_type`, `broken`, `encrypted` or `bad_encoding`, each with the reason in words */
export async function detectType(bytes: Uint8Array, fileName: string): Promise<DetectedType> {
  if (bytes.length === 0) throw new ParseError('empty');
  const ending = /\.([a-z0-9]{1,8})$/i.exec(fileName)?.[1]?.toLowerCase();
  const promised = promisedKind(ending);
  const found = await contentKind(bytes, promised);
  const isKept = promised === undefined || (found === 'text' ? isTextKind(promised) : promised === found);
  if (!isKept) {
    throw new ParseError('lying_type', {
      message: `This file is named .${ending}, but it holds ${documentKinds[found].words}. Check the file and upload it again.`,
    });
  }
  if (found !== 'text') return { kind: found };
  const { text, guessed } = decodeText(bytes);
  return { kind: textKind(text, promised), text, ...(guessed === undefined ? {} : { guessedEncoding: guessed }) };
}

function isTextKind(kind: DocumentKind): kind is TextKind {
  return textKinds.some((each) => each === kind);
}

async function contentKind(
  bytes: Uint8Array,
  promised: DocumentKind | undefined,
): Promise<Exclude<DocumentKind, TextKind> | 'text'> {
  // Before the PDF: an archive that holds one as it is has its header within the first bytes.
  if (startsWith(bytes, [0x50, 0x4b, 0x03, 0x04])) {
    const names = zipNames(bytes);
    if (names === undefined) throw new ParseError('broken');
    return kindOfArchive(names);
  }
  // Readers of PDF accept bytes before the header, within the first 1,024.
  if (Buffer.from(bytes.subarray(0, 1024)).includes('%PDF-')) return 'pdf';
  if (startsWith(bytes, [0xd0, 0xcf, 0x11, 0xe0])) {
    throw new ParseError('unsupported_type', {
      message:
        'This is an Office file that is encrypted or in the old binary format. Save it as DOCX, PPTX, XLSX or EML without a password and upload it again.',
    });
  }
  if ((promised === undefined || promised === 'eml') && looksLikeMail(bytes, promised === 'eml')) return 'eml';
  const isMarkedUtf16 = startsWith(bytes, [0xff, 0xfe]) || startsWith(bytes, [0xfe, 0xff]);
  const binary = isMarkedUtf16 ? undefined : await fileTypeFromBuffer(bytes);
  if (binary !== undefined && !binary.mime.endsWith('xml')) throw unsupported(`a file of the type ${binary.mime}`);
  if (!isMarkedUtf16 && bytes.includes(0) && isMostlyBinary(bytes)) throw unsupported('binary data');
  return 'text';
}

/** The part that only documents of one kind have. */
const mainParts: readonly [string, Exclude<DocumentKind, TextKind>][] = [
  ['word/document.xml', 'docx'],
  ['xl/workbook.xml', 'xlsx'],
  ['ppt/presentation.xml', 'pptx'],
  ['META-INF/container.xml', 'epub'],
];

/** What an archive with files of these names is.
 *  @throws ParseError `unsupported_type` */
export function kindOfArchive(names: readonly string[]): Exclude<DocumentKind, TextKind> {
  const kind = mainParts.find(([part]) => names.includes(part))?.[1];
  if (kind !== undefined) return kind;
  if (names.includes('xl/workbook.bin')) throw unsupported('a binary Excel workbook (XLSB)');
  if (names.includes('content.xml') && names.includes('mimetype')) throw unsupported('an OpenDocument file');
  return 'zip';
}

function unsupported(content: string): ParseError {
  return new ParseError('unsupported_type', {
    message: `This is ${content}, which cannot be read. Upload ${readableKinds}.`,
  });
}

function startsWith(bytes: Uint8Array, start: number[]): boolean {
  return start.every((byte, i) => bytes[i] === byte);
}

/** Text has no control characters beside tab, line breaks, form feed and escape; a stray zero is forgiven. */
function isMostlyBinary(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, 65_536);
  const controls = head.filter((byte) => byte < 32 && ![9, 10, 12, 13, 27].includes(byte)).length;
  return controls > head.length / 100 + 1;
}

function textKind(text: string, promised: DocumentKind | undefined): TextKind {
  const head = text.slice(0, 4096).trimStart();
  const isPage = /^(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b/i.test(head);
  if (isPage) return 'html';
  if (promised === 'html') {
    const hasTags = /<(?:p|div|h[1-6]|table|ul|ol|article|section|span|br)\b[^>]*>/i.test(text);
    return hasTags ? 'html' : 'text';
  }
  if (promised !== undefined && isTextKind(promised)) return promised;
  const looksMarked = /^#{1,6} \S|^```|^\|[ :-]+\||^[-*] \S.*\]\(|\[[^\]]+\]\([^)]+\)/m.test(text.slice(0, 20_000));
  return looksMarked ? 'markdown' : 'text';
}
