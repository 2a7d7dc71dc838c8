import { parseHTML } from 'linkedom';
import mammoth from 'mammoth';
import { type HtmlNode, htmlToText } from './html-text.ts';
import { ParseError } from './parse-error.ts';
import type { ParsedDocument } from './parsed-document.ts';
import { checkZip, officeLimits } from './zip-directory.ts';

/** The text of a Word document with its headings, lists and tables. Pictures are left out and nothing outside the file is read.
 *  @throws ParseError `broken`, `encrypted`, `unpacks_too_large` or `no_text` */
export async function readDocx(bytes: Uint8Array, fallbackTitle: string): Promise<Omit<ParsedDocument, 'mediaType'>> {
  checkZip(bytes, officeLimits);
  const html = await toHtml(bytes);
  const page: { body: HtmlNode } = parseHTML(`<!doctype html><html><body>${html}</body></html>`).document;
  const { text, headings } = htmlToText(page.body);
  const top = headings.find((heading) => heading.level === 1) ?? headings[0];
  return { title: top?.text ?? fallbackTitle, text, headings };
}

async function toHtml(bytes: Uint8Array): Promise<string> {
  try {
    const { value } = await mammoth.convertToHtml(
      { buffer: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) },
      {
        externalFileAccess: false,
        convertImage: mammoth.images.imgElement(async () => ({ src: '' })),
        styleMap: ["p[style-name='Title'] => h1:fresh", "p[style-name='Subtitle'] => h2:fresh"],
      },
    );
    return value;
  } catch (error) {
    throw new ParseError('broken', { cause: error });
  }
}
