import type { CountedTerms } from './vocabulary.ts';

/** How many of the best passages of a first search are taken for good ones. */
export const feedbackPassages = 5;
/** How much of the second search's question comes from them. Little, so that a question of a few exact words stays what it is. */
const share = 0.2;
/** The terms they add. */
const addedTerms = 20;
/** A term that more of the passages hold says nothing about the subject, and one that a single passage holds leads nowhere else. */
const maxHolding = 0.1;
const minHolding = 2;

/** A passage of the first search with its score there, 0 to 1. */
export type Feedback<Kind> = Kind & { score: number };

/** The question's terms with their weights, and those of the passages found first: what they speak of much, in proportion to their scores.
 *  Pure.
 *  @param holding  how many of all passages hold a term
 *  @param isTelling  false of stop words
 *  @see Abdul-Jaleel et al. 2004 "UMass at TREC 2004: Novelty and HARD" (RM3); here the passages come from the fused list */
export function expandTerms(
  question: ReadonlyMap<number, number>,
  found: readonly Feedback<{ counted: CountedTerms }>[],
  all: { passages: number; holding: (term: number) => number; isTelling: (term: number) => boolean },
): Map<number, number> {
  const spoken = new Map<number, number>();
  for (const { counted, score } of found) {
    for (const [index, term] of counted.terms.entries()) {
      const part = (score * (counted.counts[index] ?? 0)) / counted.length;
      spoken.set(term, (spoken.get(term) ?? 0) + part);
    }
  }
  const isFit = (term: number) => {
    const holding = all.holding(term);
    return holding >= minHolding && holding <= all.passages * maxHolding && all.isTelling(term);
  };
  const added = [...spoken]
    .toSorted((a, b) => b[1] - a[1] || a[0] - b[0])
    .values()
    .filter(([term]) => isFit(term))
    .take(addedTerms)
    .toArray();
  if (added.length === 0) return new Map(question);
  const asked = sumOf(question.values());
  const weights = new Map<number, number>();
  for (const [term, weight] of question) weights.set(term, ((1 - share) * weight) / asked);
  const total = sumOf(added.map(([, weight]) => weight));
  for (const [term, weight] of added) weights.set(term, (weights.get(term) ?? 0) + (share * weight) / total);
  return weights;
}

/** The question's vector, moved towards those of the passages found first, in proportion to their scores; a unit vector. Pure.
 *  @see Rocchio 1971 "Relevance feedback in information retrieval"; Li et al. 2023 "Pseudo Relevance Feedback with Deep Language Models and
 *    Dense Retrievers" */
export function moveVector(question: Float32Array, found: readonly Feedback<{ vector: Float32Array }>[]): Float32Array {
  const total = sumOf(found.map(({ score }) => score));
  if (total === 0) return question;
  const moved = question.map(
    (value, i) =>
      (1 - share) * value + share * sumOf(found.map(({ vector, score }) => ((vector[i] ?? 0) * score) / total)),
  );
  const length = Math.hypot(...moved);
  return length === 0 ? question : moved.map((value) => value / length);
}

function sumOf(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
