/** `query`: a person waits, so it runs before everything else that waits. `batch`: an import. */
export type EmbedPriority = 'query' | 'batch';
export type EmbedOptions = { signal?: AbortSignal; priority?: EmbedPriority };

/** Turns texts into vectors of length 1, so that a dot product is their cosine. */
export type Embedder = {
  /** Names the model and its version: vectors of different ids are not comparable. */
  readonly id: string;
  readonly dimensions: number;
  /** What the model reads of one text, in its own tokens; the rest of a longer text is ignored. */
  readonly maxTokens: number;
  /** One vector a text, in their order. `priority` is `batch` unless told.
   *  @throws Error when the embedder was closed or broke; the signal's reason when aborted */
  embed(texts: string[], options?: EmbedOptions): Promise<Float32Array[]>;
  /** The length of each text in the model's tokens, its start and end marks included, uncut. */
  countTokens(texts: string[]): Promise<number[]>;
  /** Ends the work and frees the memory; what waits is rejected. */
  close(): Promise<void>;
};
