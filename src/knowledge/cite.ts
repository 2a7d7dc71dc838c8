import type { Citation } from '../contract/events.ts';
import { type CitationMarker, citationMarkers } from './citation-markers.ts';
import { quoteSpan } from './quote-span.ts';
import { type Span, sentenceSpans } from './sentences.ts';

/** A passage a tool gave to the model. `start` and `end` are UTF-16 offsets of `text` in that version of the document's text. */
export type CitablePassage = Omit<Citation, 'n' | 'quote'> & { text: string };

export type CitedText = { text: string; citations: Citation[] };

/** Turns an answer's markers into citations. A marker `[n]` names the nth of `passages`, from 1. Markers that name none are taken out of
 *  the text, lists become neighbours (`[1, 2]` is `[1][2]`), and numbers follow the first appearance. A quote is the part of the passage
 *  that agrees with the sentences that cite it, the whole passage when none does; `quote` is the document's text from `start` to `end`
 *  exactly. Text in code is left alone. Pure. */
export function cite(answer: string, passages: readonly CitablePassage[]): CitedText {
  const markers = citationMarkers(answer);
  const plain = withoutMarkers(answer, markers);
  const sentences = sentenceSpans(plain);
  const cited = new Map<string, { n: number; passage: CitablePassage; claims: Set<string> }>();
  let text = '';
  let copied = 0;
  for (const marker of markers) {
    const known = new Set<number>();
    for (const number of marker.numbers) {
      const passage = passages[number - 1];
      if (passage === undefined) continue;
      const key = `${passage.passage_id} ${passage.start} ${passage.end}`;
      const entry = cited.get(key) ?? { n: cited.size + 1, passage, claims: new Set() };
      entry.claims.add(claimAt(plain, sentences, marker.start));
      cited.set(key, entry);
      known.add(entry.n);
    }
    text += answer.slice(copied, marker.start);
    if (known.size === 0) text = closeGap(text, answer.slice(marker.end));
    else text += [...known].map((n) => `[${n}]`).join('');
    copied = marker.end;
  }
  return {
    text: text + answer.slice(copied),
    citations: [...cited.values()].map(({ n, passage, claims }) => citation(n, passage, [...claims])),
  };
}

/** The quote covers every claim that has words of its own in the passage. */
function citation(n: number, { text, ...passage }: CitablePassage, claims: string[]): Citation {
  const spans = claims.map((claim) => quoteSpan(text, claim)).filter((span) => span !== undefined);
  const isWhole = spans.length === 0;
  const start = isWhole ? 0 : Math.min(...spans.map((span) => span.start));
  const end = isWhole ? text.length : Math.max(...spans.map((span) => span.end));
  return { ...passage, n, start: passage.start + start, end: passage.start + end, quote: text.slice(start, end) };
}

/** The sentence a marker stands in, or the one before when it stands behind its full stop. */
function claimAt(plain: string, sentences: Span[], at: number): string {
  const sentence = sentences.findLast((span) => span.start <= at) ?? sentences[0];
  return sentence === undefined ? '' : plain.slice(sentence.start, sentence.end);
}

/** The same text with blanks in the place of markers, so that all offsets hold. */
function withoutMarkers(text: string, markers: CitationMarker[]): string {
  let out = '';
  let copied = 0;
  for (const { start, end } of markers) {
    out += text.slice(copied, start) + ' '.repeat(end - start);
    copied = end;
  }
  return out + text.slice(copied);
}

/** A marker that is taken out leaves no blank in front of punctuation or another blank. */
function closeGap(before: string, after: string): string {
  return /^(?:[\s.,;:!?)\]]|$)/.test(after) ? before.replace(/[ \t]+$/, '') : before;
}
