import type { Problem } from '../contract/common.ts';
import { AppError, type ErrorCode, errorCatalogue } from '../errors.ts';

/** THE mapping from an error to what a caller sees. An error nobody meant becomes `internal`, with no detail. */
export function toProblem(error: unknown, requestId: string): { problem: Problem; headers: Record<string, string> } {
  const code: ErrorCode = error instanceof AppError ? error.code : 'internal';
  const { status, title } = errorCatalogue[code];
  const detail = error instanceof AppError && error.detail !== undefined ? error.detail : title;
  const retryAfter = error instanceof AppError ? error.retryAfterSeconds : undefined;
  const seconds = retryAfter ?? (status === 429 || status === 503 ? 1 : undefined);
  const members = error instanceof AppError ? error.members : undefined;
  return {
    problem: { type: `urn:perdure:problem:${code}`, title, status, code, detail, request_id: requestId, ...members },
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(seconds !== undefined && { 'retry-after': String(Math.max(1, Math.ceil(seconds))) }),
    },
  };
}
