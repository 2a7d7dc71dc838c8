import { availableParallelism } from 'node:os';
import type { LocalEmbedder } from '../embedder.ts';
import { openTextWorker } from '../onnx/open-text-worker.ts';
import { workerEmbedder } from '../onnx/worker-embedder.ts';
import { miniLmId } from './minilm-id.ts';

export type MiniLmOptions = {
  /** Folder for the model file, made when missing. */
  modelsDir: string;
  /** Threads of one inference; at most 2 unless told. */
  threads?: number;
};

/** Opens all-MiniLM-L6-v2 in int8 (English; 384 numbers a text). Everything heavy runs in a worker thread; the first call on a
 *  machine builds the model file (about 3 s), later ones take about 0.5 s and 110 MB of resident memory.
 *  @throws Error that says what is missing on this machine and what still works without it */
export async function openMiniLmEmbedder(options: MiniLmOptions): Promise<LocalEmbedder> {
  return openWorkerEmbedder(new URL('./embedder.worker.ts', import.meta.url), {
    modelsDir: options.modelsDir,
    threads: options.threads ?? Math.min(2, availableParallelism()),
  });
}

/** The same over a given worker file. */
export async function openWorkerEmbedder(workerFile: URL, options: Required<MiniLmOptions>): Promise<LocalEmbedder> {
  return workerEmbedder(await openTextWorker(workerFile, options, 'embedder'), miniLmId);
}
