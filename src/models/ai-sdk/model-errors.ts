import { ModelError, type ModelErrorCode } from '../model.ts';

/** The words a person reads. They hold nothing the provider said and nothing of the configuration. */
const publicMessages: Record<ModelErrorCode, string> = {
  model_unreachable:
    'The language model cannot be reached. Try again in a moment; an administrator can check its address.',
  model_unauthorized: 'The language model refused the server’s key. An administrator must check the model settings.',
  model_rate_limited: 'The language model takes no more requests at the moment. Try again in a little while.',
  model_overloaded: 'The language model is not working at the moment. Try again in a moment.',
  model_timeout: 'The language model did not answer in time. Try again in a moment.',
  model_bad_response: 'The language model sent an answer that cannot be read. Try again.',
  model_refused_request:
    'The language model refused this request. It may be too long, or the model’s name in the settings may be wrong.',
};

const retryableCodes: ReadonlySet<ModelErrorCode> = new Set([
  'model_unreachable',
  'model_rate_limited',
  'model_overloaded',
  'model_timeout',
  'model_bad_response',
]);

/** A `ModelError` with the public words of its code. `reason` is for the log: redacted, at most 200 characters. */
export function modelError(code: ModelErrorCode, reason: string, retryAfterMs?: number): ModelError {
  return new ModelError(code, publicMessages[code], {
    retryable: retryableCodes.has(code),
    cause: new Error(reason.slice(0, 200)),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

/** What a failed call means. Pure but for `nowMs`, which dates a `Retry-After` given as a date.
 *  @param secrets  texts that must not reach the log, such as the key */
export function toModelError(error: unknown, secrets: string[], nowMs: number): ModelError {
  if (error instanceof ModelError) return error;
  const status = numberField(error, 'statusCode');
  const reason = redact(reasonOf(error), secrets);
  if (status !== undefined && status >= 400) {
    return modelError(codeOfStatus(status), `HTTP ${status}: ${reason}`, retryAfterMs(error, nowMs));
  }
  // The SDK gives a connection that broke inside a good answer the answer's status, 200, and calls it retryable.
  const isLost = status === undefined || field(error, 'isRetryable') === true;
  return modelError(isLost && !isUnreadable(error) ? 'model_unreachable' : 'model_bad_response', reason);
}

/** What an error inside the stream means: providers send `{message, code}` there, the SDK its own parse errors. */
export function toStreamError(error: unknown, secrets: string[]): ModelError {
  if (error instanceof ModelError) return error;
  const status = numberField(error, 'code') ?? numberField(error, 'status') ?? numberField(error, 'statusCode');
  const reason = redact(reasonOf(error), secrets);
  if (status !== undefined && status >= 400 && status < 600) return modelError(codeOfStatus(status), reason);
  return modelError('model_bad_response', reason);
}

function codeOfStatus(status: number): ModelErrorCode {
  if (status === 401 || status === 403) return 'model_unauthorized';
  if (status === 429) return 'model_rate_limited';
  if (status === 408) return 'model_timeout';
  return status >= 500 ? 'model_overloaded' : 'model_refused_request';
}

/** Errors the SDK raises for an answer it cannot parse; a lost connection has other names. */
function isUnreadable(error: unknown): boolean {
  const name = error instanceof Error ? error.name : '';
  return /JSONParse|TypeValidation|InvalidResponseData|EmptyResponseBody|Zod/.test(name) || name === 'SyntaxError';
}

function retryAfterMs(error: unknown, nowMs: number): number | undefined {
  const headers = field(error, 'responseHeaders');
  const value = field(headers, 'retry-after');
  if (typeof value !== 'string') return undefined;
  const seconds = Number(value);
  if (value.trim() !== '' && Number.isFinite(seconds)) return Math.max(0, Math.round(seconds * 1000));
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

function reasonOf(error: unknown): string {
  if (typeof error === 'string') return error;
  const message = field(error, 'message');
  return typeof message === 'string' ? message : 'unknown error';
}

/** The SDK quotes unreadable answers in its messages; only what stands before the quotation is kept. */
function redact(reason: string, secrets: string[]): string {
  const head = reason.split(/: Text: |: Value: /)[0] ?? reason;
  const withoutSecrets = secrets
    .filter((secret) => secret !== '')
    .reduce((text, secret) => text.replaceAll(secret, '[secret]'), head);
  return withoutSecrets.replaceAll(/\/\/[^\s/@]*@/g, '//[secret]@');
}

function numberField(value: unknown, name: string): number | undefined {
  const found = field(value, name);
  return typeof found === 'number' ? found : undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
