import type { DocumentText } from '../../src/contract/documents.ts';

/** A piece of a document's text: a page, or a few thousand characters where there are no pages. `marked` is the part of the asked range that lies in it. */
export type TextSection = { start: number; page: number | undefined; before: string; marked: string; after: string };

const sectionChars = 8000;

/** Cuts a text into sections that a browser can lay out one by one. They join to the text exactly. Offsets are UTF-16 units. */
export function textSections(
  { text, pages }: Pick<DocumentText, 'text' | 'pages'>,
  range: { start?: number | undefined; end?: number | undefined },
  maxChars = sectionChars,
): TextSection[] {
  const from = range.start ?? 0;
  const to = Math.max(from, range.end ?? 0);
  return cuts(text, pages, maxChars).map(({ start, end, page }) => {
    const markStart = Math.min(Math.max(from, start), end);
    const markEnd = Math.max(Math.min(to, end), markStart);
    return {
      start,
      page,
      before: text.slice(start, markStart),
      marked: text.slice(markStart, markEnd),
      after: text.slice(markEnd, end),
    };
  });
}

/** A page without the blank lines in front of its first words, which would stand under its heading; what is marked stays whole. */
export function withoutLead(section: TextSection): TextSection {
  const { page, start, before, marked, after } = section;
  if (page === undefined) return section;
  const lead = before || (marked === '' ? after : '');
  const rest = lead.trimStart();
  const cut = { ...section, start: start + lead.length - rest.length };
  return lead === before ? { ...cut, before: rest } : { ...cut, after: rest };
}

type Cut = { start: number; end: number; page: number | undefined };

function cuts(text: string, pages: DocumentText['pages'], maxChars: number): Cut[] {
  if (pages.length === 0) return paragraphs(text, maxChars);
  return pages.map(({ page, start }, index) => ({
    page,
    // What stands between two pages belongs to the one before, what stands before the first to the first.
    start: index === 0 ? 0 : start,
    end: pages[index + 1]?.start ?? text.length,
  }));
}

function paragraphs(text: string, maxChars: number): Cut[] {
  const found: Cut[] = [];
  let start = 0;
  while (start < text.length) {
    const far = start + maxChars;
    const line = far >= text.length ? -1 : text.lastIndexOf('\n', far);
    let end = far >= text.length ? text.length : line > start ? line + 1 : far;
    const unit = text.charCodeAt(end);
    if (unit >= 0xdc00 && unit <= 0xdfff) end += 1;
    found.push({ start, end, page: undefined });
    start = end;
  }
  return found;
}
