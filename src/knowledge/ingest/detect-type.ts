import { fileTypeFromBuffer } from 'file-type';
import { decodeText } from './decode-text.ts';
import { ParseError } from './parse-error.ts';
import { zipNames } from './zip-directory.ts';

export type DocumentKind = 'pdf' | 'docx' | 'html' | 'markdown' | 'text';

export const mediaTypes: Record<DocumentKind, string> = {
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  html: 'text/html',
  markdown: 'text/markdown',
  text: 'text/plain',
};

/** Binary kinds are known by their content alone. Text comes decoded. */
export type DetectedType = { kind: 'pdf' | 'docx' } | { kind: 'html' | 'markdown' | 'text'; text: string };

/** What a file is by its content. The name decides only between the kinds of text, which no content tells apart for certain; a name that
 *  promises another kind than the content holds is refused.
 *  @throws ParseError `empty`, `unsupported_type`, `lying_type`, `encrypted` or `bad_encoding`, each with the reason in words */
export async function detectType(bytes: Uint8Array, fileName: string): Promise<DetectedType> {
  if (bytes.length === 0) throw new ParseError('empty');
  const promised = /\.([a-z0-9]{1,8})$/i.exec(fileName)?.[1]?.toLowerCase();
  const found = await contentKind(bytes);
  if (found === 'text') {
    refuseLie(promised, textNames, 'plain text');
    return textKind(decodeText(bytes), promised);
  }
  refuseLie(promised, [found], found === 'pdf' ? 'a PDF' : 'a Word document');
  return { kind: found };
}

const textNames = ['html', 'htm', 'xhtml', 'md', 'markdown', 'mkd', 'txt', 'text'];
const knownNames = ['pdf', 'docx', ...textNames];

function refuseLie(promised: string | undefined, fitting: string[], content: string): void {
  if (promised === undefined || fitting.includes(promised) || !knownNames.includes(promised)) return;
  throw new ParseError('lying_type', {
    message: `This file is named .${promised}, but it holds ${content}. Check the file and upload it again.`,
  });
}

async function contentKind(bytes: Uint8Array): Promise<'pdf' | 'docx' | 'text'> {
  // Readers of PDF accept bytes before the header, within the first 1,024.
  if (Buffer.from(bytes.subarray(0, 1024)).includes('%PDF-')) return 'pdf';
  if (startsWith(bytes, [0x50, 0x4b, 0x03, 0x04])) {
    if (zipNames(bytes)?.includes('word/document.xml')) return 'docx';
    throw unsupported('a ZIP archive that is no Word document');
  }
  if (startsWith(bytes, [0xd0, 0xcf, 0x11, 0xe0])) {
    throw new ParseError('unsupported_type', {
      message:
        'This is an Office file that is encrypted or in the old binary format. Save it as DOCX without a password and upload it again.',
    });
  }
  const isMarkedUtf16 = startsWith(bytes, [0xff, 0xfe]) || startsWith(bytes, [0xfe, 0xff]);
  const binary = isMarkedUtf16 ? undefined : await fileTypeFromBuffer(bytes);
  if (binary !== undefined && !binary.mime.endsWith('xml')) throw unsupported(`a file of the type ${binary.mime}`);
  if (!isMarkedUtf16 && bytes.includes(0) && isMostlyBinary(bytes)) throw unsupported('binary data');
  return 'text';
}

function unsupported(content: string): ParseError {
  return new ParseError('unsupported_type', {
    message: `This is ${content}, which cannot be read. Upload Markdown, text, HTML, PDF or DOCX.`,
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

function textKind(text: string, promised: string | undefined): DetectedType {
  const head = text.slice(0, 4096).trimStart();
  const isPage = /^(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b/i.test(head);
  if (isPage) return { kind: 'html', text };
  const isHtmlName = promised === 'html' || promised === 'htm' || promised === 'xhtml';
  if (isHtmlName && /<(?:p|div|h[1-6]|table|ul|ol|article|section|span|br)\b[^>]*>/i.test(text)) {
    return { kind: 'html', text };
  }
  if (promised === 'md' || promised === 'markdown' || promised === 'mkd') return { kind: 'markdown', text };
  if (promised === 'txt' || promised === 'text' || isHtmlName) return { kind: 'text', text };
  const looksMarked = /^#{1,6} \S|^```|^\|[ :-]+\||^[-*] \S.*\]\(|\[[^\]]+\]\([^)]+\)/m.test(text.slice(0, 20_000));
  return { kind: looksMarked ? 'markdown' : 'text', text };
}
