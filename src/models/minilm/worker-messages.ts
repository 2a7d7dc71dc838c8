/** The longest input of all-MiniLM-L6-v2 as it was trained, [CLS] and [SEP] included. */
export const miniLmMaxTokens = 256;

export type WorkerOptions = { modelsDir: string; threads: number };

export type WorkerRequest =
  | { type: 'embed'; id: number; texts: string[] }
  | { type: 'count'; id: number; texts: string[] }
  | { type: 'close' };

/** `vectors` holds one vector after another in the order of the request's texts. */
export type WorkerAnswer =
  | { type: 'ready' }
  | { type: 'embedded'; id: number; vectors: Float32Array<ArrayBuffer> }
  | { type: 'counted'; id: number; counts: number[] }
  | { type: 'failed'; id: number; message: string };
