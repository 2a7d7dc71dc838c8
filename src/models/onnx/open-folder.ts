import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import type { LocalEmbedder } from '../embedder.ts';
import type { Reranker } from '../reranker.ts';
import type { Prefixes } from './folder-settings.ts';
import { openTextWorker, type TextWorker } from './open-text-worker.ts';
import { workerEmbedder } from './worker-embedder.ts';

export type FolderWorkerOptions = {
  folder: string;
  threads: number;
  use: 'embed' | 'score';
  /** Instead of those the folder names. */
  prefixes: Partial<Prefixes>;
};

type FolderOptions = { folder: string; prefixes?: Partial<Prefixes> };

/** Opens the embedder in a folder: `tokenizer.json`, `model.onnx` and what sentence-transformers keeps beside them.
 *  @throws Error in words without paths */
export async function openFolderEmbedder({ folder, prefixes = {} }: FolderOptions): Promise<LocalEmbedder> {
  const worker = await openFolder({ folder, prefixes, use: 'embed' });
  return workerEmbedder(worker, idOf(folder, worker));
}

/** Opens the cross-encoder in a folder: `tokenizer.json` and a `model.onnx` that gives one score, or two classes, for a pair.
 *  @throws Error in words without paths */
export async function openFolderReranker({ folder }: FolderOptions): Promise<Reranker> {
  const worker = await openFolder({ folder, prefixes: {}, use: 'score' });
  return {
    id: idOf(folder, worker),
    async score(query, documents, { signal, priority = 'batch' } = {}) {
      if (documents.length === 0) return [];
      const answer = await worker.queue.run({ type: 'score', texts: [query, ...documents] }, { priority, signal });
      if (answer.type !== 'scored') throw new Error('The reranker answered something else than was asked.');
      return answer.scores;
    },
    close: worker.close,
  };
}

function openFolder(options: Omit<FolderWorkerOptions, 'threads'>): Promise<TextWorker> {
  const data: FolderWorkerOptions = { ...options, threads: Math.min(2, availableParallelism()) };
  const what = options.use === 'embed' ? 'embedder' : 'reranker';
  return openTextWorker(new URL('./folder.worker.ts', import.meta.url), data, what);
}

function idOf(folder: string, { facts }: TextWorker): string {
  return `${basename(folder)}:${facts.hash.slice(0, 12)}`;
}
