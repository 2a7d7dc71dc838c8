import { codeSpans } from './markdown-code.ts';
import type { Span } from './sentences.ts';

/** A marker as it stands in an answer, such as `[2]` or `[1, 7]`, with the numbers it names. */
export type CitationMarker = Span & { numbers: number[] };

/** The citation markers of an answer in Markdown, in order. Numbers in brackets inside code, the words of a link (`[1](…)`) and the name
 *  of a link's address (`[1]: …` at a line's start) are no markers. Pure. */
export function citationMarkers(text: string): CitationMarker[] {
  const code = codeSpans(text);
  const markers: CitationMarker[] = [];
  let next = 0;
  for (const match of text.matchAll(markerPattern)) {
    const start = match.index;
    const end = start + match[0].length;
    while ((code[next]?.end ?? Infinity) <= start) next++;
    const isCode = (code[next]?.start ?? Infinity) <= start;
    const isAddress = text[end] === ':' && /(?:^|\n) {0,3}$/.test(text.slice(Math.max(0, start - 4), start));
    if (!isCode && !isAddress) markers.push({ start, end, numbers: (match[1] ?? '').split(/[,;]/).map(Number) });
  }
  return markers;
}

const markerPattern = /(?<!\\)\[(\d{1,3}(?:\s{0,2}[,;]\s{0,2}\d{1,3}){0,19})\](?!\()/g;

/** How much of an answer that is still being written can be shown as it is: what follows may become a marker. At most 120 characters
 *  are held back. Pure.
 *  @returns the length of the settled start */
export function settledLength(partialText: string): number {
  const tail = /\[[\d,;\s]{0,118}\]?$/.exec(partialText.slice(-120));
  return tail === null ? partialText.length : partialText.length - tail[0].length;
}
