import { Worker } from 'node:worker_threads';
import { AppError } from '../errors.ts';
import { fromWireError, type ReaderMessage } from './wire.ts';

/** A small pool of threads for whatever can scan. */
export type ReaderThreads = { scan(name: string, args: unknown): Promise<unknown>; close(): Promise<void> };

const defaultThreads = 2;
/** A thread beyond the first costs 30 MB; without work for this long it is ended. */
const idleMs = 20_000;
/** Scans waiting for a thread at once; one more is refused with 503. */
const maxWaiting = 1_000;
/** A scan that takes longer, its wait for a thread included, is given up with 503: before its request's own deadline, and far beyond
 *  what the largest store needs. */
const defaultDeadlineMs = 20_000;
/** Threads whose scan was given up and which have not ended: a statement of SQLite runs to its next row before its thread can. While
 *  there are so many, no thread takes the place of another. */
const maxEnding = 2;

type Job = {
  name: string;
  args: unknown;
  late: NodeJS.Timeout;
  resolve(result: unknown): void;
  reject(error: Error): void;
};
type Member = { worker: Worker; job: Job | undefined; idle?: NodeJS.Timeout };

/** Threads start with the first scan, and again after one died. */
export function createReaderThreads(
  reader: { worker: URL; workerData: unknown },
  { threads = defaultThreads, deadlineMs = defaultDeadlineMs } = {},
): ReaderThreads {
  const members: Member[] = [];
  const queue: Job[] = [];
  let ending = 0;
  let closed = false;

  function start(): Member {
    const worker = new Worker(reader.worker, { workerData: reader.workerData, name: 'store-reader' });
    const member: Member = { worker, job: undefined };
    const fail = (error?: unknown) => {
      remove(member);
      jobOf(member)?.reject(new AppError('store_unavailable', { cause: error, retryAfterSeconds: 1 }));
      if (!closed) next();
    };
    worker.on('message', (message: ReaderMessage) => {
      if (message.type !== 'answer' || !members.includes(member)) return;
      const job = jobOf(member);
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

  /** The job a thread had, which is over. */
  function jobOf(member: Member): Job | undefined {
    const { job } = member;
    member.job = undefined;
    clearTimeout(job?.late);
    return job;
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

  function giveUp(job: Job): void {
    const at = queue.indexOf(job);
    if (at >= 0) queue.splice(at, 1);
    const member = members.find((each) => each.job === job);
    if (member) void end(member);
    job.reject(
      new AppError('overloaded', {
        detail: 'This took too long and was given up. Ask for less, or try again in a moment.',
        retryAfterSeconds: 5,
      }),
    );
    next();
  }

  async function end(member: Member): Promise<void> {
    remove(member);
    member.job = undefined;
    ending += 1;
    await member.worker.terminate();
    ending -= 1;
    if (!closed) next();
  }

  function next(): void {
    if (queue.length === 0) return;
    const mayStart = members.length < threads && ending < maxEnding;
    const member = members.find((each) => !each.job) ?? (mayStart ? start() : undefined);
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
        const job: Job = { name, args, resolve, reject, late: setTimeout(() => giveUp(job), deadlineMs) };
        queue.push(job);
        next();
      });
    },
    async close() {
      closed = true;
      for (const job of queue.splice(0)) {
        clearTimeout(job.late);
        job.reject(new AppError('draining'));
      }
      await Promise.all(members.map((member) => member.worker.terminate()));
    },
  };
}
