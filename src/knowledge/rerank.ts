import { z } from 'zod';
import type { EmbedPriority } from '../models/embedder.ts';
import type { Reranker } from '../models/reranker.ts';
import type { ModelHandle } from './embedding/model-handle.ts';
import type { FoundRecord } from './found-passage.ts';
import { embeddingText } from './ingest/embedding-text.ts';

export type RerankerHandle = ModelHandle<Reranker>;

/** Passages that are put in order: reading a pair takes a model about as long as embedding a passage. */
export const rerankedPassages = 30;

/** A person waits: what takes longer is left out, and the fused order stands. */
const deadlineMs = 3_000;

/** Puts the best in the order in which a reranker thinks they answer the question; what it was not asked about stays behind them.
 *  @param found  best first
 *  @returns undefined when there is none ready, it is too slow for somebody who waits, or it failed
 *  @throws the signal's reason when the caller left */
export async function rerank(
  handle: RerankerHandle,
  query: string,
  found: readonly FoundRecord[],
  { signal, priority }: { signal: AbortSignal; priority: EmbedPriority },
): Promise<FoundRecord[] | undefined> {
  const reranker = handle.current();
  if (!reranker) return undefined;
  const best = found.slice(0, rerankedPassages);
  const late = priority === 'query' ? AbortSignal.timeout(deadlineMs) : new AbortController().signal;
  try {
    const scores = await reranker.score(query, best.map(textOf), {
      priority,
      signal: AbortSignal.any([signal, late]),
    });
    return inOrder(best, scores, found.slice(rerankedPassages));
  } catch (error) {
    signal.throwIfAborted();
    if (!late.aborted) handle.fail(error);
    return undefined;
  }
}

const headings = z.array(z.string());

/** What an embedder reads of it too: a passage that speaks of "it" is judged with its title and heading. */
function textOf(record: FoundRecord): string {
  const headingPath = headings.parse(JSON.parse(record.heading_path));
  return embeddingText({ title: record.document_title, headingPath, text: record.text });
}

/** Pure. The rest keep their order, with scores below every one of the best. */
function inOrder(best: readonly FoundRecord[], scores: readonly number[], rest: readonly FoundRecord[]): FoundRecord[] {
  const judged = best.map((record, index) => {
    const reranked = scores[index] ?? 0;
    return { ...record, reranked, hit: { ...record.hit, score: reranked } };
  });
  // Equal scores keep the fused order.
  judged.sort((a, b) => b.hit.score - a.hit.score);
  const least = judged.at(-1)?.hit.score ?? 1;
  return [...judged, ...rest.map((record) => ({ ...record, hit: { ...record.hit, score: least * record.hit.score } }))];
}
