import { getDocumentProxy } from 'unpdf';
import { ParseError } from './parse-error.ts';
import type { PageSpan, ParsedDocument } from './parsed-document.ts';
import { type PdfLine, pdfLines, writePdfPage } from './pdf-lines.ts';
import { TextBuilder } from './text-builder.ts';
import { textlessPages } from './textless-pages.ts';

/** The text of a PDF, page by page, with lines joined to paragraphs. Lines set clearly larger than the rest are its headings. Pages without
 *  text are noted.
 *  @throws ParseError `encrypted`, `broken`, `too_many_pages` or `too_much_text` */
export async function readPdf(
  bytes: Uint8Array,
  fallbackTitle: string,
  limits: { maxPages: number; maxTextChars: number },
): Promise<Omit<ParsedDocument, 'mediaType'>> {
  const pdf = await openPdf(bytes);
  if (pdf.numPages > limits.maxPages) {
    throw new ParseError('too_many_pages', {
      message: `This PDF has ${pdf.numPages} pages; at most ${limits.maxPages} can be read. Split it and upload the parts.`,
    });
  }
  const pageLines: PdfLine[][] = [];
  let chars = 0;
  for (let number = 1; number <= pdf.numPages; number++) {
    const lines = await readPage(pdf, number);
    chars += lines.reduce((sum, line) => sum + line.text.length + 1, 0);
    if (chars > limits.maxTextChars) throw new ParseError('too_much_text');
    pageLines.push(lines);
  }
  const out = new TextBuilder();
  const sizes = headingSizes(pageLines.flat());
  const pages: PageSpan[] = [];
  for (const [i, lines] of pageLines.entries()) {
    const start = out.text.length;
    writePdfPage(lines, sizes, out);
    pages.push({ page: i + 1, start, end: out.text.length });
    out.break(2);
  }
  const title = await titleOf(pdf);
  return {
    title: title ?? out.headings[0]?.text ?? fallbackTitle,
    text: out.text,
    headings: out.headings,
    pages,
    notices: textlessPages(out.text, pages),
  };
}

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>;

async function openPdf(bytes: Uint8Array): Promise<Pdf> {
  try {
    // PDF.js takes the memory over, so it gets a copy of its own; 0 silences its warnings.
    return await getDocumentProxy(Uint8Array.from(bytes), { verbosity: 0, useSystemFonts: false, maxImageSize: 1 });
  } catch (error) {
    if (error instanceof Error && error.name === 'PasswordException') {
      throw new ParseError('encrypted', {
        message: 'This PDF is encrypted. Save it without a password and upload it again.',
        cause: error,
      });
    }
    throw new ParseError('broken', {
      message: 'This PDF is damaged and cannot be read. Open it in another program, save it and upload it again.',
      cause: error,
    });
  }
}

async function readPage(pdf: Pdf, number: number): Promise<PdfLine[]> {
  try {
    const page = await pdf.getPage(number);
    const content = await page.getTextContent();
    const lines = pdfLines(content.items.filter((item) => 'str' in item));
    page.cleanup();
    return lines;
  } catch (error) {
    throw new ParseError('broken', {
      message: `Page ${number} of this PDF is damaged and cannot be read. Save the PDF anew and upload it again.`,
      cause: error,
    });
  }
}

async function titleOf(pdf: Pdf): Promise<string | undefined> {
  const { info } = await pdf.getMetadata().catch(() => ({ info: {} }));
  const title = 'Title' in info && typeof info.Title === 'string' ? info.Title.replace(/\s+/g, ' ').trim() : '';
  // Many programs write the name of the source file there.
  return title === '' || /^(?:untitled|microsoft word - .*|.*\.(?:docx?|tex|indd|pdf))$/i.test(title)
    ? undefined
    : title;
}

/** The up to three sizes of headings, largest first: at least 1.15 of the size most characters have. */
function headingSizes(lines: PdfLine[]): number[] {
  const chars = new Map<number, number>();
  for (const line of lines) chars.set(line.size, (chars.get(line.size) ?? 0) + line.text.length);
  const [body = 0] = [...chars].toSorted((a, b) => b[1] - a[1])[0] ?? [];
  const larger = [...chars.keys()].filter((size) => size >= body * 1.15);
  return larger.toSorted((a, b) => b - a).slice(0, 3);
}
