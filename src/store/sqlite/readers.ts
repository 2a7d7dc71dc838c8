import { Worker } from 'node:worker_threads';
import { AppError } from '../../errors.ts';
import { fromWireError, type ReaderMessage } from './wire.ts';

/** A small pool of threads for whatever can scan. */
export type Readers = { scan(name: string, args: unknown): Promise<unknown>; close(): Promise<void> };

const poolSize = 2;
/** A thread beyond the first costs 30 MB; without work for this long it is ended. */
const idleMs = 20_000;
/** Scans waiting for a thread at once; one more is refused with 503. */
const maxWaiting = 1_000;

type Job = { name: string; args: unknown; resolve(result: unknown): void; reject(error: Error): void };
type Member = { worker: Worker; job: Job | undefined; idle?: NodeJS.Timeout };

/** Threads start with the first scan, and again after one died. */
export function createReaders(path: string): Readers {
  const members: Member[] = [];
  const queue: Job[] = [];
  let closed = false;

  function start(): Member {
    const worker = new Worker(new URL('./reader.worker.ts', import.meta.url), {
      workerData: { path },
      name: 'store-reader',
    });
    const member: Member = { worker, job: undefined };
    const fail = (error?: unknown) => {
      remove(member);
      member.job?.reject(new AppError('store_unavailable', { cause: error, retryAfterSeconds: 1 }));
      member.job = undefined;
      if (!closed) next();
    };
    worker.on('message', (message: ReaderMessage) => {
      if (message.type !== 'answer') return;
      const { job } = member;
      member.job = undefined;
      if (message.answer.ok) job?.resolve(message.answer.result);
      else job?.reject(fromWireError(message.answer.error));
      next();
      if (!member.job) member.idle = setTimeout(() => endIdle(member), idleMs).unref();
    });
    worker.on('error', fail);
    worker.on('exit', () => fail());
    worker.unref();
    members.push(member);
    return member;
  }

  function remove(member: Member): void {
    clearTimeout(member.idle);
    const at = members.indexOf(member);
    if (at >= 0) members.splice(at, 1);
  }

  function endIdle(member: Member): void {
    if (member.job || members.length <= 1) return;
    remove(member);
    void member.worker.terminate();
  }

  function next(): void {
    if (queue.length === 0) return;
    const member = members.find((each) => !each.job) ?? (members.length < poolSize ? start() : undefined);
    if (!member) return;
    const job = queue.shift();
    if (!job) return;
    clearTimeout(member.idle);
    member.job = job;
    member.worker.ref();
    member.worker.postMessage({ id: 0, name: job.name, args: job.args });
  }

  return {
    scan(name, args) {
      if (closed) return Promise.reject(new AppError('draining'));
      if (queue.length >= maxWaiting) return Promise.reject(new AppError('overloaded', { retryAfterSeconds: 1 }));
      return new Promise((resolve, reject) => {
        queue.push({ name, args, resolve, reject });
        next();
      });
    },
    async close() {
      closed = true;
      for (const job of queue.splice(0)) job.reject(new AppError('draining'));
      await Promise.all(members.map((member) => member.worker.terminate()));
    },
  };
}
