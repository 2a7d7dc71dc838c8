import type { EmbedPriority } from './embedder.ts';

export type RerankOptions = { signal?: AbortSignal; priority?: EmbedPriority };

/** Reads a question and a passage together and says how well one answers the other. */
export type Reranker = {
  /** Names the model and its version. */
  readonly id: string;
  /** One score a document, in their order, 0 to 1; higher is better.
   *  @throws PassingFault when another request may be answered; another Error when it was closed or broke; the signal's reason when
   *    aborted */
  score(query: string, documents: string[], options?: RerankOptions): Promise<number[]>;
  close(): Promise<void>;
};
