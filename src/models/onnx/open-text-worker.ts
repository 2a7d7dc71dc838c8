import { Worker } from 'node:worker_threads';
import type { ModelFacts, WorkerAnswer } from './worker-messages.ts';
import { WorkerQueue } from './worker-queue.ts';

/** What people call a model. */
type Role = 'embedder' | 'reranker';

/** A model in a thread of its own. */
export type TextWorker = { facts: ModelFacts; queue: WorkerQueue; close(): Promise<void> };

/** Starts a thread and waits until its model is open.
 *  @throws Error that says what is missing and is fit for everybody's eyes; what the system said is its cause */
export async function openTextWorker(workerFile: URL, workerData: unknown, what: Role): Promise<TextWorker> {
  const worker = new Worker(workerFile, { workerData, env: {}, name: what });
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const facts = await ready(worker, what);
  const queue = new WorkerQueue(worker, { what });
  worker.on('error', (error) => queue.end(new Error(`The ${what} broke.`, { cause: error })));
  worker.on('exit', () => queue.end(new Error(`The ${what} has ended.`)));
  return {
    facts,
    queue,
    async close() {
      queue.end(new Error(`The ${what} was closed.`));
      worker.postMessage({ type: 'close' }, []);
      await exited;
    },
  };
}

function ready(worker: Worker, what: Role): Promise<ModelFacts> {
  return new Promise((resolve, reject) => {
    const settle = (outcome: () => void) => {
      worker.off('message', onMessage);
      worker.off('error', onError);
      worker.off('exit', onExit);
      outcome();
    };
    const onMessage = (message: WorkerAnswer) => {
      if (message.type === 'ready') settle(() => resolve(message.facts));
      if (message.type === 'unfit') settle(() => reject(new Error(unfit[what](message.reason))));
    };
    const onError = (error: unknown) => settle(() => reject(unavailable(error, what)));
    const onExit = () => settle(() => reject(unavailable(new Error('its thread ended early'), what)));
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.on('exit', onExit);
  });
}

/** Its message is shown to people, so what the system said, which may name folders, is the cause only. */
function unavailable(cause: unknown, what: Role): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const missing = /Cannot find package '([^'/][^']*)'/.exec(reason)?.[1];
  const words =
    missing === undefined ? inLog[what] : unfit[what](`the package ${missing} is not installed. Run npm ci.`);
  return new Error(words, { cause });
}

/** Whole sentences: the app translates them. */
const unfit: Record<Role, (reason: string) => string> = {
  embedder: (reason) => `The embedder cannot run: ${reason}`,
  reranker: (reason) => `The reranker cannot run: ${reason}`,
};
const inLog: Record<Role, string> = {
  embedder: 'The embedder cannot run; the log of the server says why.',
  reranker: 'The reranker cannot run; the log of the server says why.',
};
