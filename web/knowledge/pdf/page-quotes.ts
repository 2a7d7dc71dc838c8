import type { DocumentText } from '../../../src/contract/documents.ts';
import type { PageQuote } from './locate-quote.ts';

/** What of a range of the text was read from which page: by the page's number, in the order of the pages. Pure. */
export function pageQuotes(
  { text, pages }: Pick<DocumentText, 'text' | 'pages'>,
  range: { start?: number | undefined; end?: number | undefined },
): Map<number, PageQuote> {
  const { start = 0, end = 0 } = range;
  const quotes = new Map<number, PageQuote>();
  for (const page of pages) {
    const [from, to] = [Math.max(start, page.start), Math.min(end, page.end)];
    if (to <= from || text.slice(from, to).trim() === '') continue;
    const pageText = text.slice(page.start, page.end);
    quotes.set(page.page, { pageText, start: from - page.start, end: to - page.start });
  }
  return quotes;
}
