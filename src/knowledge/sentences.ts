/** A half-open range of UTF-16 offsets. */
export type Span = { start: number; end: number };

/** The sentences of a part of a text, in order, without the blank space around them. A line break inside a paragraph does not
 *  end a sentence; a blank line and the start of a heading, list item, quote or table row do. Pure.
 *  @returns spans into `text` (not into the part) */
export function sentenceSpans(text: string, part: Span = { start: 0, end: text.length }): Span[] {
  const spans: Span[] = [];
  for (const block of blocks(text, part)) {
    // One blank for each line break keeps every offset, and Unicode's rules would end a sentence at each line otherwise.
    const flat = text.slice(block.start, block.end).replaceAll(/[\r\n\u2028\u2029]/g, ' ');
    for (const { segment, index } of segmenter.segment(flat)) {
      const lead = segment.length - segment.trimStart().length;
      const length = segment.trim().length;
      const start = block.start + index + lead;
      if (length > 0) spans.push({ start, end: start + length });
    }
  }
  return spans;
}

/** The lines of a part of a text that are not blank, without the blank space around them. Pure.
 *  @returns spans into `text` (not into the part) */
export function lineSpans(text: string, part: Span): Span[] {
  const spans: Span[] = [];
  for (const { start, end } of lines(text, part)) {
    const line = text.slice(start, end);
    const lead = line.length - line.trimStart().length;
    const { length } = line.trim();
    if (length > 0) spans.push({ start: start + lead, end: start + lead + length });
  }
  return spans;
}

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
const wholeLine = /^(?:#{1,6}\s|={3,}$|-{3,}$)/;
const lineStart = /^(?:#{1,6}\s|[-*+]\s|\d{1,3}[.)]\s|>|\||```|~~~)/;

/** Runs of lines that belong together; every character of the part is in exactly one, blank lines aside. */
function* blocks(text: string, part: Span): Generator<Span> {
  let start = part.start;
  let end = part.start;
  let closed = false;
  for (const line of lines(text, part)) {
    const content = text.slice(line.start, line.end).trim();
    const isWhole = wholeLine.test(content);
    if ((content === '' || isWhole || closed || lineStart.test(content)) && end > start) {
      yield { start, end };
      start = line.start;
    }
    if (content === '') start = line.end;
    closed = isWhole;
    end = line.end;
  }
  if (end > start) yield { start, end };
}

function* lines(text: string, part: Span): Generator<Span> {
  let start = part.start;
  while (start < part.end) {
    const found = text.indexOf('\n', start);
    const end = found === -1 || found >= part.end ? part.end : found + 1;
    yield { start, end };
    start = end;
  }
}
