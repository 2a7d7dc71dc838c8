import type { Embedder } from '../embedder.ts';
import { type Choice, type Cosines, chooseQuotes, type QuotablePassage } from './choose-quotes.ts';
import { type Sentence, sentencesOf } from './sentences.ts';

/** Embedding a sentence costs about 2 ms; the passages' best-ranked sentences are enough. */
const maxSentences = 60;

/** How sure one must be to answer, with the embedder and without: docs/decisions/0033. */
export const leastConfidence = { hybrid: 0.38, lexical: 0.65 };

export type Found = Choice & { mode: keyof typeof leastConfidence };

/** The sentences of the passages that fit a question best, with `confidence` to be held against `leastConfidence[mode]`.
 *  @throws Error of the embedder; the signal's reason when aborted */
export async function findQuotes(
  embedder: Embedder | undefined,
  question: string,
  passages: QuotablePassage[],
  signal: AbortSignal,
): Promise<Found> {
  const sentences = passages.flatMap((passage, index) => sentencesOf(passage.text, index)).slice(0, maxSentences);
  const cosines = embedder && (await cosinesOf(embedder, question, sentences, signal));
  return { ...chooseQuotes(question, passages, sentences, cosines), mode: cosines ? 'hybrid' : 'lexical' };
}

async function cosinesOf(
  embedder: Embedder,
  question: string,
  sentences: Sentence[],
  signal: AbortSignal,
): Promise<Cosines | undefined> {
  if (sentences.length === 0) return undefined;
  const texts = [question, ...sentences.map((sentence) => sentence.text)];
  const [query, ...vectors] = await embedder.embed(texts, { signal, priority: 'query' });
  if (!query) return undefined;
  return {
    toQuery: vectors.map((vector) => dot(query, vector)),
    between: (a, b) => dot(vectors[a] ?? query, vectors[b] ?? query),
  };
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
