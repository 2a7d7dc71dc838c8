import { tellingWords, termOf } from '../retrieval/terms.ts';
import { type Span, sentenceSpans } from './sentences.ts';

/** Below this share of common words, claim and passage say it so differently that the whole passage is the better quote. */
const minOverlap = 0.3;
const maxSentences = 3;

/** The part of a passage a claim was taken from: the one to three neighbouring sentences whose words agree best with the claim's
 *  (F1 of their sets of words, inflections aside). Pure.
 *  @returns offsets into the passage's text; undefined when none agrees well enough */
export function quoteSpan(passageText: string, claim: string): Span | undefined {
  const wanted = stems(claim);
  if (wanted.size === 0) return undefined;
  const sentences = sentenceSpans(passageText).map((span) => ({
    span,
    words: stems(passageText.slice(span.start, span.end)),
  }));
  let best: Candidate | undefined;
  for (const [first, { span }] of sentences.entries()) {
    const words = new Set<string>();
    for (const sentence of sentences.slice(first, first + maxSentences)) {
      for (const word of sentence.words) words.add(word);
      const overlap = f1(wanted, words);
      const candidate = { span: { start: span.start, end: sentence.span.end }, overlap };
      if (overlap > minOverlap && isBetter(candidate, best)) best = candidate;
    }
  }
  return best?.span;
}

type Candidate = { span: Span; overlap: number };

/** Agrees better, or just as well in fewer words: a heading above a sentence adds nothing to it. */
function isBetter(candidate: Candidate, best: Candidate | undefined): boolean {
  if (!best) return true;
  const gain = candidate.overlap - best.overlap;
  if (Math.abs(gain) > 1e-9) return gain > 0;
  return candidate.span.end - candidate.span.start < best.span.end - best.span.start;
}

function f1(wanted: ReadonlySet<string>, found: ReadonlySet<string>): number {
  let common = 0;
  for (const word of wanted) if (found.has(word)) common++;
  return common === 0 ? 0 : (2 * common) / (wanted.size + found.size);
}

function stems(text: string): Set<string> {
  return new Set(tellingWords(text).map((word) => termOf(word, 'english')));
}
