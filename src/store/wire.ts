import { AppError, type ErrorCode } from '../errors.ts';

/** What a store's main thread and its workers say to each other. Plain data only. */
export type WorkerRequest = { id: number; name: string; args: unknown };

export type WireError = { code: ErrorCode; detail?: string; message: string; retryAfterSeconds?: number };

export type WorkerAnswer = { id: number; ok: true; result: unknown } | { id: number; ok: false; error: WireError };

export type ReaderMessage =
  | { type: 'ready' }
  | { type: 'failed'; error: WireError }
  | { type: 'answer'; answer: WorkerAnswer };

const unchanged = 'The store cannot be used at the moment. Nothing was changed.';

/** @param isUnavailable  whether a database's own error means that it cannot be used at the moment, and that nothing was stored */
export function toWireError(error: unknown, isUnavailable: (error: Error) => boolean): WireError {
  if (error instanceof AppError) {
    return {
      code: error.code,
      message: error.message,
      ...(error.detail !== undefined && { detail: error.detail }),
      ...(error.retryAfterSeconds !== undefined && { retryAfterSeconds: error.retryAfterSeconds }),
    };
  }
  if (!(error instanceof Error)) return { code: 'internal', message: String(error) };
  const { message } = error;
  return isUnavailable(error)
    ? { code: 'store_unavailable', message, detail: unchanged, retryAfterSeconds: 2 }
    : { code: 'internal', message };
}

export function fromWireError(error: WireError): AppError {
  return new AppError(error.code, {
    ...(error.detail !== undefined && { detail: error.detail }),
    ...(error.retryAfterSeconds !== undefined && { retryAfterSeconds: error.retryAfterSeconds }),
    cause: new Error(error.message),
  });
}
