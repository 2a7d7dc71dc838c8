import type { TextBuilder } from './text-builder.ts';

/** One line as it is printed. Lengths are in the page's units, y from the bottom. */
export type PdfLine = { text: string; size: number; y: number };

/** A run of glyphs as PDF.js gives it. */
export type PdfItem = { str: string; transform: number[]; hasEOL: boolean };

/** Joins runs of glyphs to lines. Pure. */
export function pdfLines(items: readonly PdfItem[]): PdfLine[] {
  const lines: PdfLine[] = [];
  let line: PdfLine = { text: '', size: 0, y: 0 };
  const finish = () => {
    if (line.text.trim() !== '') lines.push({ ...line, text: line.text.replace(/\s+/g, ' ').trim() });
    line = { text: '', size: 0, y: 0 };
  };
  for (const { str, transform, hasEOL } of items) {
    const [, , c = 0, d = 0, , y = 0] = transform;
    if (str.trim() !== '') {
      line.size = Math.max(line.size, Math.round(Math.hypot(c, d) * 2) / 2);
      line.y = y;
    }
    line.text += str;
    if (hasEOL) finish();
  }
  finish();
  return lines;
}

/** A shorter line ends its paragraph or stands in a list or a table; longer ones are taken for wrapped. */
const minWrappedChars = 35;
const maxHeadingChars = 160;
const dotLeaders = /(?:\. ?){5,}/;

/** Writes the lines of a page: wrapped lines become paragraphs, words parted at the line's end are joined. */
export function writePdfPage(lines: readonly PdfLine[], headingSizes: readonly number[], out: TextBuilder): void {
  for (const [i, line] of lines.entries()) {
    const level = headingLevel(line, headingSizes);
    if (level > 0) {
      out.heading(level, () => out.words(line.text));
      continue;
    }
    const previous = lines[i - 1];
    if (previous !== undefined && headingLevel(previous, headingSizes) === 0) joinTo(previous, line, out);
    out.words(isParted(line, lines[i + 1]) ? line.text.slice(0, -1) : line.text);
  }
}

/** 0 for a line that is no heading. */
function headingLevel({ text, size }: PdfLine, sizes: readonly number[]): number {
  const isHeading = text.length <= maxHeadingChars && /\p{L}{2}/u.test(text) && !dotLeaders.test(text);
  return isHeading ? sizes.indexOf(size) + 1 : 0;
}

function joinTo(previous: PdfLine, line: PdfLine, out: TextBuilder): void {
  const gap = previous.y - line.y;
  const isSpaced = gap > previous.size * 1.8 || gap < -previous.size;
  const isItem = /^(?:[•▪◦‣–*-]\s|\(?\d{1,3}[.)]\s|\(?[a-z][.)]\s)/.test(line.text);
  if (isSpaced || previous.size !== line.size) out.break(2);
  else if (isItem || previous.text.length < minWrappedChars || dotLeaders.test(previous.text)) out.break(1);
  else if (!isParted(previous, line)) out.words(' ');
}

/** True for a word cut in two at the line's end: its hyphen is left out when a small letter follows. */
function isParted(line: PdfLine, next: PdfLine | undefined): boolean {
  return next !== undefined && /\p{L}-$/u.test(line.text) && /^\p{Ll}/u.test(next.text) && line.size === next.size;
}
