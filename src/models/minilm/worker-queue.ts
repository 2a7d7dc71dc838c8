import type { Worker } from 'node:worker_threads';
import type { EmbedPriority } from '../embedder.ts';
import type { WorkerAnswer, WorkerRequest } from './worker-messages.ts';

type Work = Exclude<WorkerRequest, { type: 'close' }>;
type Success = Exclude<WorkerAnswer, { type: 'ready' } | { type: 'failed' }>;
type Job = { work: Work; resolve(answer: Success): void; reject(reason: unknown): void };

/** Hands one request at a time to the worker, queries before batches, so that a query waits for one small request at most. */
export class WorkerQueue {
  readonly #worker: Worker;
  readonly #waiting: Record<EmbedPriority, Job[]> = { query: [], batch: [] };
  #running: Job | undefined;
  #ended: Error | undefined;
  #lastId = 0;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (answer: WorkerAnswer) => this.#settle(answer));
  }

  run(
    work: { type: Work['type']; texts: string[] },
    options: { priority: EmbedPriority; signal?: AbortSignal | undefined },
  ): Promise<Success> {
    const { priority, signal } = options;
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) return reject(this.#ended);
      if (signal?.aborted) return reject(signal.reason);
      const abort = () => {
        this.#waiting[priority] = this.#waiting[priority].filter((other) => other !== job);
        reject(signal?.reason);
      };
      const release = () => signal?.removeEventListener('abort', abort);
      const job: Job = {
        work: { ...work, id: ++this.#lastId },
        resolve: (answer) => {
          release();
          resolve(answer);
        },
        reject: (reason) => {
          release();
          reject(reason);
        },
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiting[priority].push(job);
      this.#next();
    });
  }

  /** Rejects what runs and waits, and everything asked from here on. */
  end(reason: Error): void {
    if (this.#ended !== undefined) return;
    this.#ended = reason;
    const { query, batch } = this.#waiting;
    const open = this.#running === undefined ? [...query, ...batch] : [this.#running, ...query, ...batch];
    this.#running = undefined;
    this.#waiting.query = [];
    this.#waiting.batch = [];
    for (const job of open) job.reject(reason);
  }

  #next(): void {
    if (this.#running !== undefined) return;
    this.#running = this.#waiting.query.shift() ?? this.#waiting.batch.shift();
    if (this.#running !== undefined) this.#worker.postMessage(this.#running.work, []);
  }

  #settle(answer: WorkerAnswer): void {
    const job = this.#running;
    if (answer.type === 'ready' || job === undefined || answer.id !== job.work.id) return;
    this.#running = undefined;
    if (answer.type === 'failed') job.reject(new Error(answer.message));
    else job.resolve(answer);
    this.#next();
  }
}
