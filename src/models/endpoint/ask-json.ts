import type { IncomingMessage } from 'node:http';
import { type Clock, delay } from '../../clock.ts';
import { retryAfterMs } from '../chat-completions/model-errors.ts';
import { post } from '../chat-completions/post.ts';
import { PassingFault } from '../embedder.ts';

/** An address that answers JSON with JSON. */
export type JsonEndpoint = {
  url: URL;
  apiKey?: string | undefined;
  /** What people call it: "The embeddings endpoint". */
  name: string;
  clock: Clock;
  /** For one try, from the first byte sent to the last one read, of work that can wait. */
  deadlineMs: number;
  /** The same while a person waits. */
  questionMs: number;
  /** Before the second and the third try, when the other side names no time. */
  backoffMs: readonly number[];
};

/** A longer `Retry-After` is not waited for here: whoever asked is told. */
const maxWaitMs = 20_000;
/** Of one answer: 256 vectors of 4,096 numbers. */
const maxAnswerBytes = 32 * 2 ** 20;

/** `probe`: once, with all the time that work has; `question`: a person waits, so once and briefly; `work`: again when it fails. */
export type Urgency = 'probe' | 'question' | 'work';

/** Posts a question and gives the parsed answer. Redirects are not followed, and what the other side says about a failure is not passed on:
 *  it may quote the texts or the key.
 *  @throws PassingFault; the signal's reason when aborted */
export async function askJson(
  endpoint: JsonEndpoint,
  body: object,
  { signal, urgency }: { signal: AbortSignal; urgency: Urgency },
): Promise<unknown> {
  for (let retry = 0; ; retry++) {
    try {
      return await askOnce(endpoint, JSON.stringify(body), signal, urgency);
    } catch (error) {
      signal.throwIfAborted();
      const fault = toFault(endpoint, error);
      const backoffMs = urgency === 'work' ? endpoint.backoffMs[retry] : undefined;
      const waitMs = Math.max(fault.retryAfterMs ?? 0, backoffMs ?? 0);
      if (backoffMs === undefined || !fault.isRetryable || waitMs > maxWaitMs) throw fault;
      await delay(waitMs, signal);
      signal.throwIfAborted();
    }
  }
}

class Unreadable extends Error {}

async function askOnce(endpoint: JsonEndpoint, body: string, signal: AbortSignal, urgency: Urgency): Promise<unknown> {
  const late = AbortSignal.timeout(urgency === 'question' ? endpoint.questionMs : endpoint.deadlineMs);
  const reading = new AbortController();
  const ended = AbortSignal.any([signal, late, reading.signal]);
  const headers = {
    accept: 'application/json',
    'content-type': 'application/json',
    ...(endpoint.apiKey !== undefined && { authorization: `Bearer ${endpoint.apiKey}` }),
  };
  try {
    const response = await post(endpoint.url, headers, body, ended);
    // Whoever reads it is told; what nobody reads any more is no fault.
    response.on('error', () => undefined);
    const { statusCode: status = 0 } = response;
    if (status < 200 || status >= 300) throw refusal(endpoint, status, response.headers['retry-after']);
    return parse(await textOf(response));
  } catch (error) {
    if (late.aborted && !signal.aborted) throw fault(`${endpoint.name} did not answer in time.`, true);
    throw error;
  } finally {
    // Closes what was not read to its end; of a whole answer nothing is left to close.
    reading.abort();
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) throw new Unreadable('too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Unreadable('no JSON');
  }
}

function refusal(endpoint: JsonEndpoint, status: number, retryAfter: string | undefined): PassingFault {
  const waitMs = retryAfterMs(retryAfter, endpoint.clock.nowMs());
  if (status === 401 || status === 403)
    return fault(`${endpoint.name} refused the server’s key (HTTP ${status}).`, false);
  if (status === 429) return fault(`${endpoint.name} takes no more requests at the moment (HTTP 429).`, true, waitMs);
  if (status === 408 || status >= 500) {
    return fault(`${endpoint.name} is not working at the moment (HTTP ${status}).`, true, waitMs);
  }
  if (status >= 300 && status < 400) return fault(`${endpoint.name} is somewhere else (HTTP ${status}).`, false);
  const refused = fault(`${endpoint.name} refused the request (HTTP ${status}).`, false);
  return status === 400 || status === 413 || status === 422 ? new RefusedTexts(refused) : refused;
}

/** The request itself was refused: perhaps for one of its texts. */
export class RefusedTexts extends PassingFault {
  constructor({ message }: PassingFault) {
    super(message, { isRetryable: false });
  }
}

function toFault(endpoint: JsonEndpoint, error: unknown): PassingFault {
  if (error instanceof PassingFault) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (error instanceof Unreadable || code.startsWith('HPE_')) return unreadable(endpoint);
  return fault(`${endpoint.name} cannot be reached.`, true, undefined, code);
}

/** What an answer is told as that has not the promised form. */
export function unreadable(endpoint: Pick<JsonEndpoint, 'name'>): PassingFault {
  return fault(`${endpoint.name} sent an answer that cannot be used.`, true);
}

function fault(message: string, isRetryable: boolean, waitMs?: number, code = ''): PassingFault {
  const cause = code === '' ? undefined : new Error(code);
  return new PassingFault(message, { isRetryable, retryAfterMs: waitMs, cause });
}
