import { Worker } from 'node:worker_threads';
import { AppError } from '../../errors.ts';
import type { Topic } from '../command.ts';
import { fromWireError, type WorkerRequest } from '../wire.ts';
import { checkpointRequest, closeRequest, type ToWriter, type WriterMessage } from './writer-messages.ts';
import type { WriterData } from './writer.worker.ts';

/** The main thread's side of the one writer. */
export type Writer = {
  /** Resolves after the commit, with full sync. */
  write(name: string, args: unknown): Promise<unknown>;
  onCommit(listener: (topics: readonly Topic[]) => void): () => void;
  /** Rings soon after another process committed to the file. */
  onForeignCommit(listener: () => void): () => void;
  /** Empties the log beside the file, after what was asked before. False while somebody still reads what is in it. */
  checkpoint(): Promise<boolean>;
  close(): Promise<void>;
};

const lostAnswer =
  'The store cannot be used at the moment. A change may have been stored; a message sent again with the same id arrives once.';

/** Commands waiting for their commit at once; one more is refused with 503. */
const maxWaiting = 5_000;

type Waiting = { resolve(result: unknown): void; reject(error: Error): void };

/** Starts the worker; resolves once the schema is current. */
export function openWriterWorker(data: WriterData): Promise<Writer> {
  const worker = new Worker(new URL('./writer.worker.ts', import.meta.url), { workerData: data, name: 'store-writer' });
  const waiting = new Map<number, Waiting>();
  let unsent: WorkerRequest[] = [];
  const listeners = new Set<(topics: readonly Topic[]) => void>();
  let checkpoints: ((isEmpty: boolean) => void)[] = [];
  const foreignListeners = new Set<() => void>();
  let nextId = 1;
  let closed: Error | undefined;

  function end(cause?: Error): void {
    closed ??= new AppError('store_unavailable', { cause });
    for (const each of waiting.values()) {
      each.reject(new AppError('store_unavailable', { detail: lostAnswer, cause }));
    }
    waiting.clear();
    for (const done of checkpoints) done(false);
    checkpoints = [];
  }

  /** What one turn of the event loop asks for goes over together, so that it meets in one batch. */
  function send(): void {
    const requests = unsent;
    unsent = [];
    try {
      worker.postMessage(requests);
    } catch {
      for (const request of requests) sendAlone(request);
    }
  }

  function sendAlone(request: WorkerRequest): void {
    try {
      worker.postMessage([request]);
    } catch (cause) {
      taken(request.id)?.reject(new AppError('internal', { cause }));
    }
  }

  /** Who waits for a command, and no longer does. */
  function taken(id: number): Waiting | undefined {
    const each = waiting.get(id);
    waiting.delete(id);
    return each;
  }

  const writer: Writer = {
    write(name, args) {
      if (closed) return Promise.reject(closed);
      if (waiting.size >= maxWaiting) return Promise.reject(new AppError('overloaded', { retryAfterSeconds: 1 }));
      const id = nextId++;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        if (unsent.push({ id, name, args }) === 1) queueMicrotask(send);
      });
    },
    onCommit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onForeignCommit(listener) {
      foreignListeners.add(listener);
      return () => foreignListeners.delete(listener);
    },
    checkpoint() {
      if (closed) return Promise.reject(closed);
      return new Promise((done) => {
        checkpoints.push(done);
        worker.postMessage(checkpointRequest satisfies ToWriter);
      });
    },
    async close() {
      while (waiting.size > 0) await Promise.allSettled([...waiting.values()].map(settled));
      closed = new AppError('draining');
      const ended = new Promise((done) => worker.once('exit', done));
      worker.postMessage(closeRequest);
      await ended;
    },
  };

  /** Resolves when the waiting command does, either way. */
  function settled(each: Waiting): Promise<void> {
    return new Promise((done) => {
      const { resolve, reject } = each;
      each.resolve = (result) => {
        resolve(result);
        done();
      };
      each.reject = (error) => {
        reject(error);
        done();
      };
    });
  }

  return new Promise((opened, failed) => {
    worker.on('message', (message: WriterMessage) => {
      switch (message.type) {
        case 'ready':
          return opened(writer);
        case 'failed':
          return failed(fromWireError(message.error).cause);
        case 'foreign':
          for (const listener of foreignListeners) listener();
          return;
        case 'checkpointed':
          checkpoints.shift()?.(message.isEmpty);
          return;
        case 'committed':
          for (const [i, id] of message.done.entries()) taken(id)?.resolve(message.results[i]);
          for (const { id, error } of message.failed) taken(id)?.reject(fromWireError(error));
          if (message.topics.length > 0) for (const listener of listeners) listener(message.topics);
      }
    });
    worker.on('error', (error) => {
      failed(error);
      end(error);
    });
    worker.on('exit', () => end());
  });
}
