import { type Coverage, coverageOf } from './coverage.ts';
import type { Sentence } from './sentences.ts';

/** A passage as the answerer sees it. */
export type QuotablePassage = {
  n: number;
  title: string;
  page?: number;
  corpus: string;
  headings: string[];
  text: string;
};

/** Cosines of the query with each sentence, and of the sentences with each other; absent on a machine without the embedder. */
export type Cosines = { toQuery: number[]; between: (a: number, b: number) => number };

export type Choice = {
  /** Best first; at most three, of different passages, none of which says what a better one says. */
  quotes: Sentence[];
  /** 0 to 1: how much what was found is about what was asked. */
  confidence: number;
};

const maxQuotes = 3;
/** A quote that scores less than this share of the best one is beside the point. */
const shareOfBest = 0.6;
const duplicateCosine = 0.85;
const duplicateOverlap = 0.7;

/** The sentences that fit a question best, however badly, and how sure one can be that they are about it. Pure.
 *  Scores .6 cosine + .3 coverage + .2 rank; without cosines .9 coverage + .1 rank. */
export function chooseQuotes(
  query: string,
  passages: QuotablePassage[],
  sentences: Sentence[],
  cosines: Cosines | undefined,
): Choice {
  const covered = coverageOf(query, passages, sentences);
  const scored = sentences.map((sentence, index) => {
    const { coverage = 0, terms = new Set<string>() } = covered.sentences[index] ?? {};
    const cosine = cosines?.toQuery[index] ?? 0;
    const rank = 1 - sentence.passage / Math.max(1, passages.length);
    const score = cosines ? 0.6 * cosine + 0.3 * coverage + 0.2 * rank : 0.9 * coverage + 0.1 * rank;
    return { sentence, index, terms, score, confidence: 0.6 * cosine + 0.4 * coverage };
  });
  scored.sort((a, b) => b.score - a.score || a.index - b.index);
  const chosen: typeof scored = [];
  for (const each of scored) {
    if (chosen.length === maxQuotes || each.score < shareOfBest * (scored[0]?.score ?? 0)) break;
    if (!chosen.some((other) => saysTheSame(other, each, cosines))) chosen.push(each);
  }
  return {
    quotes: chosen.map((each) => each.sentence),
    confidence: cosines ? most(scored.map((each) => each.confidence)) : confidenceOfWords(covered),
  };
}

/** No passage says every word of a question that is a paragraph long, and few of its words being said is no accident: what is said by
 *  accident scatters as the square root of how many words there are. Short questions must be said. */
const shortQuestionWords = 4;

function confidenceOfWords({ passages, words }: Coverage): number {
  const length = Math.sqrt(Math.max(words, shortQuestionWords) / shortQuestionWords);
  return Math.min(1, most(passages) * length);
}

const most = (values: number[]) => values.reduce((largest, value) => Math.max(largest, value), 0);

type Said = { sentence: Sentence; index: number; terms: ReadonlySet<string> };

/** One quotation opens its whole passage. */
function saysTheSame(a: Said, b: Said, cosines: Cosines | undefined): boolean {
  if (a.sentence.passage === b.sentence.passage) return true;
  if (cosines && cosines.between(a.index, b.index) > duplicateCosine) return true;
  const smaller = Math.min(a.terms.size, b.terms.size);
  return smaller > 0 && [...a.terms].filter((term) => b.terms.has(term)).length / smaller > duplicateOverlap;
}
