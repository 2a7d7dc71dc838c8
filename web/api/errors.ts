import type { Problem } from '../../src/contract/common.ts';
import { t } from '../i18n/translate.ts';

/** Why a call gave no answer, in words fit for a page. */
export class ApiError extends Error {
  /** 0 when no answer came at all. */
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;
  /** For the second step of a sign-in, where one is asked for. */
  readonly challenge: string | undefined;
  /** What a document was called that is gone. */
  readonly documentTitle: string | undefined;

  constructor(
    facts: Pick<Problem, 'status' | 'code' | 'title' | 'detail'> & {
      requestId?: string;
      retryAfterMs?: number;
      challenge?: string;
      documentTitle?: string;
    },
  ) {
    super(facts.detail);
    this.name = 'ApiError';
    this.status = facts.status;
    this.code = facts.code;
    this.title = facts.title;
    this.requestId = facts.requestId;
    this.retryAfterMs = facts.retryAfterMs;
    this.challenge = facts.challenge;
    this.documentTitle = facts.documentTitle;
  }

  /** Whether the same call may succeed later without a change by the person. */
  get passing(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

export function unreachable(): ApiError {
  const detail = t('The server did not answer. Check your connection; nothing you wrote is lost.');
  return new ApiError({ status: 0, code: 'unreachable', title: t('No connection'), detail });
}

export function notUnderstood(status: number): ApiError {
  const detail = t(
    'The server answered something this page does not understand. Reload the page to get its newest version.',
  );
  return new ApiError({ status: Math.max(status, 500), code: 'not_understood', title: t('Unexpected answer'), detail });
}

/** Any thrown thing as an `ApiError`. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const detail = t('Something went wrong on this page. Reload it and try again.');
  return new ApiError({ status: 0, code: 'page_error', title: t('Something went wrong'), detail });
}
