import { lexicalTerms } from './lexical-query.ts';
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
  let best: { span: Span; overlap: number } | undefined;
  for (const [first, { span }] of sentences.entries()) {
    const words = new Set<string>();
    for (const sentence of sentences.slice(first, first + maxSentences)) {
      for (const word of sentence.words) words.add(word);
      const overlap = f1(wanted, words);
      // A longer quote must agree clearly better than a shorter one.
      if (overlap > (best?.overlap ?? minOverlap) + 1e-9) {
        best = { span: { start: span.start, end: sentence.span.end }, overlap };
      }
    }
  }
  return best?.span;
}

function f1(wanted: ReadonlySet<string>, found: ReadonlySet<string>): number {
  let common = 0;
  for (const word of wanted) if (found.has(word)) common++;
  return common === 0 ? 0 : (2 * common) / (wanted.size + found.size);
}

function stems(text: string): Set<string> {
  return new Set(lexicalTerms(text).map(stem));
}

/** Enough to see "copies" and "copying" as one word; the search index has the real stemmer. */
function stem(word: string): string {
  const cut = word.replace(/(?:ies|ied|ying|ing|ed|es|s|y|e)$/, '');
  return cut.length >= 3 ? cut : word;
}
