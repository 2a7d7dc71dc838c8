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
export function modelError(
  code: ModelErrorCode,
  reason: string,
  { retryAfterMs, ...facts }: { retryAfterMs?: number | undefined; httpStatus?: number; systemCode?: string } = {},
): ModelError {
  return new ModelError(code, publicMessages[code], {
    retryable: retryableCodes.has(code),
    cause: new Error(reason.slice(0, 200)),
    ...facts,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

/** What a call means that broke off. The log is told the kind of error: its words may hold the address, or what the provider said. */
export function toModelError(error: unknown): ModelError {
  if (error instanceof ModelError) return error;
  const name = error instanceof Error ? error.name : 'unknown error';
  const code = field(error, 'code');
  const reason = typeof code === 'string' ? code : name;
  const isUnreadable = error instanceof SyntaxError || error instanceof TypeError || reason.startsWith('HPE_');
  return modelError(isUnreadable ? 'model_bad_response' : 'model_unreachable', reason, { systemCode: reason });
}

/** What an answer means that is no success. Pure.
 *  @param body  its beginning
 *  @param secrets  texts that must not reach the log, such as the key
 *  @param nowMs  dates a `Retry-After` given as a date */
export function toStatusError(
  { status, retryAfter, body }: { status: number; retryAfter: string | undefined; body: string },
  secrets: readonly string[],
  nowMs: number,
): ModelError {
  const reason = `HTTP ${status}: ${redact(messageOf(body), secrets)}`;
  return modelError(codeOfStatus(status), reason, {
    retryAfterMs: retryAfterMs(retryAfter, nowMs),
    httpStatus: status,
  });
}

/** What an error inside the stream means: providers send `{message, code}` there. */
export function toStreamError(error: unknown, secrets: readonly string[]): ModelError {
  const status = numberField(error, 'code') ?? numberField(error, 'status');
  const reason = redact(reasonOf(error), secrets);
  if (status !== undefined && status >= 400 && status < 600) return modelError(codeOfStatus(status), reason);
  return modelError('model_bad_response', reason);
}

function codeOfStatus(status: number): ModelErrorCode {
  if (status === 401 || status === 403) return 'model_unauthorized';
  if (status === 429) return 'model_rate_limited';
  if (status === 408) return 'model_timeout';
  if (status >= 500) return 'model_overloaded';
  return status >= 400 ? 'model_refused_request' : 'model_bad_response';
}

/** Milliseconds that a `Retry-After` asks to wait, told in seconds or as a date; undefined for anything else. Pure. */
export function retryAfterMs(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const seconds = Number(value);
  if (value.trim() !== '' && Number.isFinite(seconds)) return Math.max(0, Math.round(seconds * 1000));
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

/** Providers tell what is wrong as `{error: {message}}`, others as `{message}`; anything else is nobody's words. */
function messageOf(body: string): string {
  try {
    const json: unknown = JSON.parse(body);
    return reasonOf(field(json, 'error') ?? json);
  } catch {
    return 'no reason';
  }
}

function reasonOf(error: unknown): string {
  if (typeof error === 'string') return error;
  const message = field(error, 'message');
  return typeof message === 'string' ? message : 'no reason';
}

function redact(reason: string, secrets: readonly string[]): string {
  const withoutSecrets = secrets
    .filter((secret) => secret !== '')
    .reduce((text, secret) => text.replaceAll(secret, '[secret]'), reason);
  return withoutSecrets.replaceAll(/\/\/[^\s/@]*@/g, '//[secret]@');
}

function numberField(value: unknown, name: string): number | undefined {
  const found = field(value, name);
  return typeof found === 'number' ? found : undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
