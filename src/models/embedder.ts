/** `query`: a person waits, so it runs before everything else that waits. `batch`: an import. */
export type EmbedPriority = 'query' | 'batch';
/** Many models want questions written otherwise than passages. */
export type EmbedRole = 'query' | 'passage';
export type EmbedOptions = { signal?: AbortSignal; priority?: EmbedPriority; role?: EmbedRole };

/** Turns texts into vectors of length 1, so that a dot product is their cosine. */
export type Embedder = {
  /** Names the model and its version: vectors of different ids are not comparable. */
  readonly id: string;
  readonly dimensions: number;
  /** One vector a text, in their order. `priority` is `batch` and `role` is `passage` unless told.
   *  @throws PassingFault when another request may be answered; another Error when the embedder was closed or broke; the signal's
   *    reason when aborted */
  embed(texts: string[], options?: EmbedOptions): Promise<Float32Array[]>;
  /** Ends the work and frees the memory; what waits is rejected. */
  close(): Promise<void>;
};

/** One whose tokens this server can count itself. */
export type LocalEmbedder = Embedder & {
  /** What the model reads of one text, in its own tokens; the rest of a longer text is ignored. */
  readonly maxTokens: number;
  /** The length of each text in the model's tokens, its start and end marks included, uncut. */
  countTokens(texts: string[]): Promise<number[]>;
};

/** Of an embedder or reranker on another machine: this request failed, a later one may not. The message is fit for everybody's eyes. */
export class PassingFault extends Error {
  /** Whether the same request may succeed later. */
  readonly isRetryable: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: { isRetryable: boolean; retryAfterMs?: number | undefined; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = 'PassingFault';
    this.isRetryable = options.isRetryable;
    this.retryAfterMs = options.retryAfterMs;
  }
}
