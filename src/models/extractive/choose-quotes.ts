import type { Sentence } from './sentences.ts';
import { termsOf } from './terms.ts';

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

/** How sure the best sentence must make us: .6 cosine + .4 coverage with the embedder, coverage alone without. Measured on
 *  Cranfield and CISI with the questions of the one asked of the other: docs/decisions/0033. */
const confidenceThreshold = { hybrid: 0.4, lexical: 0.4 };

const maxQuotes = 3;
/** A quote that scores less than this share of the best one is beside the point. */
const shareOfBest = 0.6;
const duplicateCosine = 0.85;
const duplicateOverlap = 0.7;

/** The sentences that answer best, best first; none when not even the best is convincing. Pure.
 *  Scores .6 cosine + .3 coverage + .1 rank (without cosines .9 coverage + .1 rank), where coverage is the share of the
 *  question's words found, rare words weighing more, and a word found only in the title or a heading counting half. */
export function chooseQuotes(
  query: string,
  passages: QuotablePassage[],
  sentences: Sentence[],
  cosines: Cosines | undefined,
): { chosen: Sentence[]; confidence: number } {
  const coverages = coverageOf(query, passages, sentences);
  const scored = sentences.map((sentence, index) => {
    const coverage = coverages[index] ?? 0;
    const cosine = cosines?.toQuery[index] ?? 0;
    const rank = 1 - sentence.passage / Math.max(1, passages.length);
    return {
      sentence,
      index,
      score: cosines ? 0.6 * cosine + 0.3 * coverage + 0.1 * rank : 0.9 * coverage + 0.1 * rank,
      confidence: cosines ? 0.6 * cosine + 0.4 * coverage : coverage,
    };
  });
  scored.sort((a, b) => b.score - a.score || a.index - b.index);
  const confidence = scored.reduce((most, each) => Math.max(most, each.confidence), 0);
  const best = scored[0];
  if (!best || confidence < (cosines ? confidenceThreshold.hybrid : confidenceThreshold.lexical)) {
    return { chosen: [], confidence };
  }
  const chosen: typeof scored = [];
  for (const each of scored) {
    if (chosen.length === maxQuotes || each.score < shareOfBest * best.score) break;
    if (!chosen.some((other) => isNearDuplicate(other, each, cosines))) chosen.push(each);
  }
  return { chosen: chosen.map((each) => each.sentence), confidence };
}

function coverageOf(query: string, passages: QuotablePassage[], sentences: Sentence[]): number[] {
  const asked = [...new Set(termsOf(query))];
  const own = sentences.map((sentence) => new Set(termsOf(sentence.text)));
  const around = passages.map((passage) => new Set(termsOf([passage.title, ...passage.headings].join(' '))));
  const weights = asked.map((term) => {
    const found = own.filter((terms) => terms.has(term)).length;
    return Math.log(1 + (sentences.length + 1) / (found + 0.5));
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return sentences.map(() => 0);
  return sentences.map((sentence, index) => {
    const found = asked.map((term, i) => {
      if (own[index]?.has(term)) return weights[i] ?? 0;
      return around[sentence.passage]?.has(term) ? (weights[i] ?? 0) / 2 : 0;
    });
    return found.reduce((sum, weight) => sum + weight, 0) / total;
  });
}

function isNearDuplicate(
  a: { sentence: Sentence; index: number },
  b: { sentence: Sentence; index: number },
  cosines: Cosines | undefined,
): boolean {
  if (cosines && cosines.between(a.index, b.index) > duplicateCosine) return true;
  const left = new Set(termsOf(a.sentence.text));
  const right = new Set(termsOf(b.sentence.text));
  const smaller = Math.min(left.size, right.size);
  return smaller > 0 && [...left].filter((term) => right.has(term)).length / smaller > duplicateOverlap;
}
