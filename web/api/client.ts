import type { z } from 'zod';
import { problem } from '../../src/contract/common.ts';
import { said, t } from '../i18n/translate.ts';
import { noteKept } from '../offline/kept.ts';
import { ApiError, notUnderstood, unreachable } from './errors.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Options = { body?: unknown; signal?: AbortSignal; timeoutMs?: number };

/** The server gives up an ordinary request after this long. */
const defaultTimeoutMs = 30_000;
/** A read whose answer has not begun by then hangs on a network that went away; made anew it may not. */
const readBeginsMs = 20_000;
const unauthorizedListeners = new Set<() => void>();

/** Calls the listener whenever a call is answered 401. */
export function onUnauthorized(listener: () => void): () => void {
  unauthorizedListeners.add(listener);
  return () => unauthorizedListeners.delete(listener);
}

export function reportUnauthorized(): void {
  for (const listener of unauthorizedListeners) listener();
}

/** One call to the server; the answer is parsed with the contract's schema. Throws `ApiError` and nothing else, except an abort by the caller. */
export async function call<T>(schema: z.ZodType<T>, method: Method, path: string, options: Options = {}): Promise<T> {
  const response = await send(method, path, options);
  const parsed = schema.safeParse(await readJson(response, options.signal));
  if (!parsed.success) throw notUnderstood(response.status);
  return parsed.data;
}

/** A call whose answer has no body. */
export async function command(method: Method, path: string, options: Options = {}): Promise<void> {
  await send(method, path, options);
}

/** A file as it is stored. */
export async function callForBytes(path: string, options: Options): Promise<ArrayBuffer> {
  const response = await send('GET', path, options);
  try {
    return await response.arrayBuffer();
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw unreachable();
  }
}

/** JSON of an answer that is given line by line, each as it comes. Ends when the server does. */
export async function* callForLines<T>(
  schema: z.ZodType<T>,
  method: Method,
  path: string,
  options: Options,
): AsyncGenerator<T> {
  const response = await send(method, path, options);
  let rest = '';
  try {
    for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const lines = `${rest}${text}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield parseLine(schema, line, response.status);
    }
  } catch (error) {
    if (options.signal?.aborted || error instanceof ApiError) throw error;
    throw unreachable();
  }
}

function parseLine<T>(schema: z.ZodType<T>, line: string, status: number): T {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw notUnderstood(status);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw notUnderstood(status);
  return parsed.data;
}

async function send(method: Method, path: string, options: Options): Promise<Response> {
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  const unanswered = new AbortController();
  const beginsMs = method === 'GET' ? Math.min(readBeginsMs, timeoutMs) : timeoutMs;
  const timer = setTimeout(() => unanswered.abort(), beginsMs);
  const signal = AbortSignal.any([
    unanswered.signal,
    AbortSignal.timeout(timeoutMs),
    ...(options.signal ? [options.signal] : []),
  ]);
  const init: RequestInit = { method, signal, credentials: 'same-origin', headers: { accept: 'application/json' } };
  if (options.body !== undefined) {
    init.headers = { accept: 'application/json', 'content-type': 'application/json' };
    init.body = JSON.stringify(options.body);
  }
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw unreachable();
  } finally {
    clearTimeout(timer);
  }
  if (response.ok) {
    noteKept(response);
    return response;
  }
  if (response.status === 401 && !path.startsWith('/api/auth/login')) reportUnauthorized();
  throw await problemOf(response);
}

/** The error an answer stands for, whoever wrote it: the server, or a proxy in between. */
export async function problemOf(response: Response): Promise<ApiError> {
  const retryAfterMs = retryAfter(response.headers.get('retry-after'), Date.now());
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  const body = problem.safeParse(await response.json().catch(() => undefined));
  if (body.success) {
    const { status, code, title, detail, request_id: requestId, challenge, document_title: documentTitle } = body.data;
    const more = {
      ...(challenge !== undefined && { challenge }),
      ...(documentTitle !== undefined && { documentTitle }),
    };
    return new ApiError({ status, code, title: said(title), detail: said(detail), requestId, ...wait, ...more });
  }
  const detail = t('The server answered {status} without saying why.', { status: String(response.status) });
  return new ApiError({ status: response.status, code: 'no_reason', title: t('The server refused'), detail, ...wait });
}

/** `Retry-After` in milliseconds: it is seconds or a date. */
function retryAfter(value: string | null, now: number): number | undefined {
  if (value === null || value.trim() === '') return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** A body that was cut on its way is a lost connection, not a server that speaks another language. */
async function readJson(response: Response, signal: AbortSignal | undefined): Promise<unknown> {
  let text: string;
  try {
    text = await response.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw unreachable();
  }
  try {
    return JSON.parse(text);
  } catch {
    throw notUnderstood(response.status);
  }
}

/** A query string from the values that are set. */
export function queryString(values: Record<string, string | number | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== '') query.set(name, String(value));
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}
