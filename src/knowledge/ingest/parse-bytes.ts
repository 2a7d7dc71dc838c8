import { storableText } from './decode-text.ts';
import { type DetectedType, detectType } from './detect-type.ts';
import { documentKinds } from './document-kinds.ts';
import { ParseError } from './parse-error.ts';
import type { ParsedDocument } from './parsed-document.ts';

export type TextLimits = {
  maxPages: number;
  /** In UTF-16 units. */
  maxTextChars: number;
};

/** Reads a document in this very process. Whoever serves people calls `parseDocument`, which keeps this in a process of its own.
 *  @param fileName  as uploaded; its stem is the title when the document has none
 *  @throws ParseError with the reason */
export async function parseBytes(bytes: Uint8Array, fileName: string, limits: TextLimits): Promise<ParsedDocument> {
  const detected = await detectType(bytes, fileName);
  const fallbackTitle = fileName.replace(/\.[a-z0-9]{1,8}$/i, '').trim() || 'Untitled';
  const read = await readKind(detected, bytes, fallbackTitle, limits);
  if (read.text.length > limits.maxTextChars) throw new ParseError('too_much_text');
  if (!/[\p{L}\p{N}]/u.test(read.text)) throw new ParseError('no_text');
  return {
    ...read,
    title: storableText(read.title).replace(/\s+/g, ' ').trim().slice(0, maxTitleChars).toWellFormed(),
    text: storableText(read.text),
    headings: read.headings.map((heading) => ({ ...heading, text: storableText(heading.text) })),
    notices: [...encodingNotice(detected), ...(read.notices ?? [])].map((notice) =>
      storableText(notice).slice(0, maxNoticeChars).toWellFormed(),
    ),
    mediaType: documentKinds[detected.kind].mediaType,
  };
}

const maxTitleChars = 300;
const maxNoticeChars = 1000;

function encodingNotice(detected: DetectedType): string[] {
  if (!('guessedEncoding' in detected)) return [];
  return [
    `The encoding of the text was guessed to be ${detected.guessedEncoding}. If letters are wrong, save the file as UTF-8 and upload it again.`,
  ];
}

async function readKind(
  detected: DetectedType,
  bytes: Uint8Array,
  title: string,
  limits: TextLimits,
): Promise<Omit<ParsedDocument, 'mediaType'>> {
  // Each reader is loaded for its own format only: PDF.js alone takes 60 MB.
  switch (detected.kind) {
    case 'pdf':
      return (await import('./read-pdf.ts')).readPdf(bytes, title, limits);
    case 'docx':
      return (await import('./read-docx.ts')).readDocx(bytes, title);
    case 'xlsx':
      return (await import('./read-xlsx.ts')).readXlsx(bytes, title, limits);
    case 'pptx':
      return (await import('./read-pptx.ts')).readPptx(bytes, title, limits);
    case 'epub':
      return (await import('./read-epub.ts')).readEpub(bytes, title, limits);
    case 'eml':
      return (await import('./read-eml.ts')).readEml(bytes, title);
    case 'zip':
      throw new ParseError('nested_archive');
    case 'html':
      return (await import('./read-html.ts')).readHtml(detected.text, title);
    case 'markdown':
      return (await import('./read-markdown.ts')).readMarkdown(detected.text, title);
    case 'csv':
      return (await import('./read-csv.ts')).readCsv(detected.text, title, limits);
    case 'tsv':
      return (await import('./read-csv.ts')).readCsv(detected.text, title, limits, '\t');
    case 'text':
      return { title, text: detected.text, headings: [] };
  }
}
