import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Embedder, EmbedOptions } from '../embedder.ts';
import { miniLm } from './bert-graph.ts';
import { miniLmMaxTokens, type WorkerAnswer, type WorkerOptions } from './worker-messages.ts';
import { WorkerQueue } from './worker-queue.ts';

export type MiniLmOptions = {
  /** Folder for the model file, made when missing. */
  modelsDir: string;
  /** Threads of one inference; at most 2 unless told. */
  threads?: number;
};

/** Opens all-MiniLM-L6-v2 in int8 (English; 384 numbers a text). Everything heavy runs in a worker thread; the first call on a
 *  machine builds the model file (about 3 s), later ones take about 0.5 s and 110 MB of resident memory.
 *  @throws Error that says what is missing on this machine and what still works without it */
export async function openMiniLmEmbedder(options: MiniLmOptions): Promise<Embedder> {
  return openWorkerEmbedder(new URL('./embedder.worker.ts', import.meta.url), {
    modelsDir: options.modelsDir,
    threads: options.threads ?? Math.min(2, availableParallelism()),
  });
}

/** The same over a given worker file. */
export async function openWorkerEmbedder(workerFile: URL, options: WorkerOptions): Promise<Embedder> {
  const worker = new Worker(workerFile, { workerData: options, env: {}, name: 'embedder' });
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  await ready(worker);
  const queue = new WorkerQueue(worker);
  worker.on('error', (error) => queue.end(new Error('The embedder broke.', { cause: error })));
  worker.on('exit', () => queue.end(new Error('The embedder has ended.')));
  return {
    id: 'all-minilm-l6-v2-int8-v1',
    dimensions: miniLm.dimensions,
    maxTokens: miniLmMaxTokens,
    embed: (texts, embedOptions) => embedAll(queue, texts, embedOptions),
    async countTokens(texts) {
      if (texts.length === 0) return [];
      const answer = await queue.run({ type: 'count', texts }, { priority: 'batch' });
      if (answer.type !== 'counted') throw new Error('The embedder answered something else than was asked.');
      return answer.counts;
    },
    async close() {
      queue.end(new Error('The embedder was closed.'));
      worker.postMessage({ type: 'close' }, []);
      await exited;
    },
  };
}

function ready(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (outcome: () => void) => {
      worker.off('message', onMessage);
      worker.off('error', onError);
      worker.off('exit', onExit);
      outcome();
    };
    const onMessage = (message: WorkerAnswer) => {
      if (message.type === 'ready') settle(resolve);
    };
    const onError = (error: unknown) => settle(() => reject(unavailable(error)));
    const onExit = () => settle(() => reject(unavailable(new Error('its thread ended early'))));
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.on('exit', onExit);
  });
}

/** Its message is shown to people, so what the system said, which may name folders, is the cause only. */
function unavailable(cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const missing = /Cannot find package '([^'/][^']*)'/.exec(reason)?.[1];
  const what =
    missing === undefined
      ? 'The embedder cannot run; the log of the server says why.'
      : `The embedder cannot run: the package ${missing} is not installed. Run npm ci.`;
  return new Error(what, { cause });
}

/** About the length of one full passage. Larger requests were not faster and made a query wait longer. */
const requestChars = 1100;
const requestTexts = 16;

async function embedAll(queue: WorkerQueue, texts: string[], options: EmbedOptions = {}): Promise<Float32Array[]> {
  const { priority = 'batch', signal } = options;
  const vectors: Float32Array[] = [];
  await Promise.all(
    groupByLength(texts).map(async (group) => {
      const work = { type: 'embed', texts: group.map((i) => texts[i] ?? '') } as const;
      const answer = await queue.run(work, { priority, signal });
      if (answer.type !== 'embedded') throw new Error('The embedder answered something else than was asked.');
      const all = answer.vectors;
      for (const [row, i] of group.entries()) {
        vectors[i] = all.slice(row * miniLm.dimensions, (row + 1) * miniLm.dimensions);
      }
    }),
  );
  return vectors;
}

/** Positions in `texts`, texts of like length together, so that little is spent on padding. */
function groupByLength(texts: string[]): number[][] {
  const order = texts.map((_, i) => i).toSorted((a, b) => (texts[a]?.length ?? 0) - (texts[b]?.length ?? 0));
  const groups: number[][] = [];
  let group: number[] = [];
  for (const i of order) {
    // The order is by length, so the text at hand is the longest of its group.
    const padded = (texts[i]?.length ?? 0) * (group.length + 1);
    if (group.length > 0 && (padded > requestChars || group.length === requestTexts)) {
      groups.push(group);
      group = [];
    }
    group.push(i);
  }
  if (group.length > 0) groups.push(group);
  return groups;
}
