import type { Worker } from 'node:worker_threads';
import type { EmbedPriority } from '../embedder.ts';
import type { WorkerAnswer, WorkerRequest } from './worker-messages.ts';

type Work = Exclude<WorkerRequest, { type: 'close' }>;
export type WorkerSuccess = Extract<WorkerAnswer, { type: 'embedded' | 'counted' | 'scored' }>;
type Job = { work: Work; resolve(answer: WorkerSuccess): void; reject(reason: unknown): void };

/** A request is a third of a second of work at most; a thread that is silent for this long has broken. */
const defaultDeadlineMs = 60_000;

/** Hands one request at a time to the worker, queries before batches, so that a query waits for one small request at most. A worker
 *  that does not answer within `deadlineMs` is ended, and everything that was asked of it is rejected. */
export class WorkerQueue {
  readonly #worker: Worker;
  readonly #deadlineMs: number;
  readonly #what: string;
  #silent: NodeJS.Timeout | undefined;
  readonly #waiting: Record<EmbedPriority, Job[]> = { query: [], batch: [] };
  #running: Job | undefined;
  #ended: Error | undefined;
  #lastId = 0;

  constructor(worker: Worker, { deadlineMs = defaultDeadlineMs, what = 'embedder' } = {}) {
    this.#worker = worker;
    this.#deadlineMs = deadlineMs;
    this.#what = what;
    worker.on('message', (answer: WorkerAnswer) => this.#settle(answer));
  }

  run(
    work: { type: Work['type']; texts: string[] },
    options: { priority: EmbedPriority; signal?: AbortSignal | undefined },
  ): Promise<WorkerSuccess> {
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
    clearTimeout(this.#silent);
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
    if (this.#running === undefined) return;
    this.#silent = setTimeout(() => this.#giveUp(), this.#deadlineMs);
    this.#worker.postMessage(this.#running.work, []);
  }

  #giveUp(): void {
    this.end(new Error(`The ${this.#what} did not answer in time.`));
    void this.#worker.terminate();
  }

  #settle(answer: WorkerAnswer): void {
    const job = this.#running;
    if (answer.type === 'ready' || answer.type === 'unfit' || job === undefined || answer.id !== job.work.id) return;
    this.#running = undefined;
    clearTimeout(this.#silent);
    if (answer.type === 'failed') job.reject(new Error(answer.message));
    else job.resolve(answer);
    this.#next();
  }
}
