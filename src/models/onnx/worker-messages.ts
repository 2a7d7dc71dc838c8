/** What a thread with a model tells of it once it is open. */
export type ModelFacts = {
  /** Changes with everything that changes its answers. */
  hash: string;
  /** Numbers of one vector; 0 for a model that makes none. */
  dimensions: number;
  /** Of one input, its marks included; the rest is cut. */
  maxTokens: number;
  /** What the model wants in front of a question and of a passage. */
  queryPrefix: string;
  passagePrefix: string;
};

/** `score`: the first text is the question, the others are held against it. */
export type WorkerRequest = { type: 'embed' | 'count' | 'score'; id: number; texts: string[] } | { type: 'close' };

/** `vectors` holds one vector after another, `counts` and `scores` one number each, in the order of the request's texts. */
export type WorkerAnswer =
  | { type: 'ready'; facts: ModelFacts }
  /** The files are not such as this server can run; `reason` is fit for everybody's eyes. */
  | { type: 'unfit'; reason: string }
  | { type: 'embedded'; id: number; vectors: Float32Array<ArrayBuffer> }
  | { type: 'counted'; id: number; counts: number[] }
  | { type: 'scored'; id: number; scores: number[] }
  | { type: 'failed'; id: number; message: string };
