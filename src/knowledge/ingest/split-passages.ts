import { lineSpans, type Span, sentenceSpans } from '../sentences.ts';
import { estimateTokens } from './estimate-tokens.ts';
import type { Heading, ParsedDocument } from './parsed-document.ts';

export type Passage = {
  /** `start` and `end` are UTF-16 offsets into the document's text; `text` is exactly what stands there. */
  start: number;
  end: number;
  text: string;
  page?: number;
  /** The headings the passage stands under, outermost first. */
  headingPath: string[];
};

export type SplitOptions = {
  /** The length of a text in the embedder's tokens, its marks aside. A text's count is the sum of its words' counts, as in WordPiece;
   *  an estimate that errs upwards serves as well. */
  countTokens?: (text: string) => number;
  maxTokens?: number;
  /** In UTF-16 units. */
  maxChars?: number;
  /** What stays whole as long as it fits. */
  unit?: 'sentence' | 'line';
};

/** With title and heading in front (`embeddingText`) a passage stays within the 256 tokens that all-MiniLM-L6-v2 reads. */
export const passageLimits = { maxTokens: 220, maxChars: 1000 } as const;

/** Splits a document into passages: whole sentences or lines packed up to the limits, never across a page, and a heading opens a new one.
 *  One over the limits is cut between words, a word over them between characters. Every character that is not blank is in
 *  exactly one passage, in order. Pure.
 *  @param options  `passageLimits` and sentences unless told */
export function splitPassages(
  document: Pick<ParsedDocument, 'text' | 'headings' | 'pages'>,
  options: SplitOptions = {},
): Passage[] {
  const { text, headings, pages = [] } = document;
  const limits: Limits = { countTokens: estimateTokens, ...passageLimits, unit: 'sentence', ...options };
  const parts: (Span & { page?: number })[] = pages.length === 0 ? [{ start: 0, end: text.length }] : pages;
  const pathAt = headingPaths(headings);
  const passages: Passage[] = [];
  for (const part of parts) {
    for (const section of sections(text, part, headings)) {
      const headingPath = pathAt(section.lastHeading);
      for (const { start, end } of packed(pieces(text, section, limits), limits)) {
        const page = part.page === undefined ? {} : { page: part.page };
        passages.push({ start, end, text: text.slice(start, end), ...page, headingPath });
      }
    }
  }
  return passages;
}

type Limits = Required<SplitOptions>;
type Piece = Span & { tokens: number };
type Section = Span & { lastHeading: number };

/** Cuts at headings, but keeps a heading that has nothing of its own below it together with the next one. */
function* sections(text: string, part: Span, headings: Heading[]): Generator<Section> {
  let { start } = part;
  let lastHeading = part.start;
  for (const { start: next } of headings) {
    if (next <= part.start || next >= part.end) continue;
    if (hasBody(text.slice(lastHeading, next))) {
      yield { start, end: next, lastHeading };
      start = next;
    }
    lastHeading = next;
  }
  yield { start, end: part.end, lastHeading };
}

/** True when more than one line, or a line and its underline, stands in the section. */
function hasBody(section: string): boolean {
  const [first = '', ...rest] = section.trim().split(/\r?\n/);
  return first.length > 200 || rest.some((line) => !/^\s*[=-]*\s*$/.test(line));
}

function headingPaths(headings: Heading[]): (offset: number) => string[] {
  let next = 0;
  let path: Heading[] = [];
  return (offset) => {
    for (let heading = headings[next]; heading !== undefined && heading.start <= offset; heading = headings[++next]) {
      const { level } = heading;
      path = [...path.filter((above) => above.level < level), heading];
    }
    return path.map((heading) => heading.text);
  };
}

/** Joins neighbours as long as they fit together. */
function* packed(parts: Iterable<Piece>, limits: Limits): Generator<Piece> {
  let open: Piece | undefined;
  for (const piece of parts) {
    const joined = open && { start: open.start, end: piece.end, tokens: open.tokens + piece.tokens };
    if (joined !== undefined && fits(joined, limits)) {
      open = joined;
    } else {
      if (open !== undefined) yield open;
      open = piece;
    }
  }
  if (open !== undefined) yield open;
}

function fits({ start, end, tokens }: Piece, { maxTokens, maxChars }: Limits): boolean {
  return end - start <= maxChars && tokens <= maxTokens;
}

function* pieces(text: string, section: Span, limits: Limits): Generator<Piece> {
  const spansOf = limits.unit === 'line' ? lineSpans : sentenceSpans;
  for (const span of spansOf(text, section)) {
    const piece = measured(text, span, limits);
    if (fits(piece, limits)) yield piece;
    else yield* packed(wordPieces(text, span, limits), limits);
  }
}

function* wordPieces(text: string, long: Span, limits: Limits): Generator<Piece> {
  for (const match of text.slice(long.start, long.end).matchAll(/\S+/gu)) {
    const start = long.start + match.index;
    const word = { start, end: start + match[0].length };
    let rest = word;
    while (rest.start < word.end) {
      const piece = longestStart(text, rest, limits);
      yield piece;
      rest = { start: piece.end, end: word.end };
    }
  }
}

/** The word, or as much of its start as fits: halved until it does, and never between the halves of a surrogate pair. */
function longestStart(text: string, { start, end }: Span, limits: Limits): Piece {
  let size = Math.min(end - start, limits.maxChars);
  for (;;) {
    if (start + size < end && isLowSurrogate(text.charCodeAt(start + size))) size += size > 1 ? -1 : 1;
    const piece = measured(text, { start, end: start + size }, limits);
    if (size <= 2 || fits(piece, limits)) return piece;
    size = Math.ceil(size / 2);
  }
}

function measured(text: string, { start, end }: Span, { countTokens }: Limits): Piece {
  return { start, end, tokens: countTokens(text.slice(start, end)) };
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
