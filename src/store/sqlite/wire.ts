import { AppError, type ErrorCode } from '../../errors.ts';
import type { Topic } from '../command.ts';

/** What the main thread and the store's workers say to each other. Plain data only. */
export type WorkerRequest = { id: number; name: string; args: unknown };

/** Asks the writer to end: what came before is committed, then its handle is closed and the log folded into the file. */
export const closeRequest = 'close';

/** Asks the writer to fold the log into the file and to empty it: nothing of what was removed is then left in either. */
export const checkpointRequest = 'checkpoint';

/** What the writer is sent. */
export type ToWriter = WorkerRequest[] | typeof closeRequest | typeof checkpointRequest;

export type WireError = { code: ErrorCode; detail?: string; message: string; retryAfterSeconds?: number };

export type WorkerAnswer = { id: number; ok: true; result: unknown } | { id: number; ok: false; error: WireError };

export type WriterMessage =
  | { type: 'ready' }
  | { type: 'failed'; error: WireError }
  | Committed
  /** Whether the log is empty: not while somebody still reads what is in it. */
  | { type: 'checkpointed'; isEmpty: boolean }
  /** Another process committed, nobody knows what. */
  | { type: 'foreign' };

/** What became of a batch: `results[i]` is of the command `done[i]`. Two lists of plain values, because an object for each answer costs
 *  four times as much to send and to receive. */
export type Committed = {
  type: 'committed';
  done: number[];
  results: unknown[];
  failed: { id: number; error: WireError }[];
  topics: Topic[];
};

export type ReaderMessage =
  | { type: 'ready' }
  | { type: 'failed'; error: WireError }
  | { type: 'answer'; answer: WorkerAnswer };

/** SQLite's result codes for a disk that is full or failing; a file locked too long; nothing of the batch was stored. */
const unavailableCodes = new Set([5, 6, 8, 10, 11, 13, 14, 26]);

const unchanged = 'The store cannot be used at the moment. Nothing was changed.';

export function toWireError(error: unknown): WireError {
  if (error instanceof AppError) {
    return {
      code: error.code,
      message: error.message,
      ...(error.detail !== undefined && { detail: error.detail }),
      ...(error.retryAfterSeconds !== undefined && { retryAfterSeconds: error.retryAfterSeconds }),
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  const primary = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
  if (unavailableCodes.has(primary))
    return { code: 'store_unavailable', message, detail: unchanged, retryAfterSeconds: 2 };
  return { code: 'internal', message };
}

export function fromWireError(error: WireError): AppError {
  return new AppError(error.code, {
    ...(error.detail !== undefined && { detail: error.detail }),
    ...(error.retryAfterSeconds !== undefined && { retryAfterSeconds: error.retryAfterSeconds }),
    cause: new Error(error.message),
  });
}
