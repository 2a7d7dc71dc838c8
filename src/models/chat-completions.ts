import type { IncomingMessage } from 'node:http';
import { type Clock, delay, systemClock } from '../clock.ts';
import { Answer } from './chat-completions/answer.ts';
import { toMessages, toTools } from './chat-completions/messages.ts';
import { modelError, toModelError, toStatusError } from './chat-completions/model-errors.ts';
import { post } from './chat-completions/post.ts';
import { type Timeouts, Watchdog } from './chat-completions/watchdog.ts';
import type { Model, ModelError, ModelPart, ModelRequest } from './model.ts';

export type OpenAiCompatibleOptions = {
  /** Up to and including the version, such as `https://host/v1`. A user and password in it are sent as basic credentials. */
  baseUrl: string;
  apiKey?: string;
  model: string;
  /** The model's window; 32,768 when not told. */
  contextTokens?: number;
  timeouts: Timeouts;
  /** Whether the endpoint goes on from a trailing assistant message instead of beginning a message of its own. */
  continuesText?: boolean;
  /** Milliseconds to wait before try `n` (1, 2) when the provider names no time. By default 500 and 1,500. */
  backoffMs?: (retry: number) => number;
  /** How often a call is tried again; 2 when not told. */
  retries?: number;
  /** Nothing is asked at the addresses of `forbidden-address.ts`: of an endpoint that is set in the app. */
  isGuarded?: boolean;
  clock?: Clock;
};

/** A call is tried three times in all unless told, and never again once a piece of its answer has been passed on. */
const maxRetries = 2;
/** A longer `Retry-After` is not waited for: the turn fails and says so. */
const maxRetryAfterMs = 20_000;
/** Of an answer that is no success, in UTF-16 units. */
const maxErrorChars = 16 * 1024;

type Endpoint = Required<
  Pick<
    OpenAiCompatibleOptions,
    'model' | 'timeouts' | 'clock' | 'continuesText' | 'backoffMs' | 'retries' | 'isGuarded'
  >
> & {
  url: URL;
  headers: Record<string, string>;
  secrets: string[];
};

/** Any endpoint that speaks OpenAI's chat completions, streamed.
 *  Text holds no unpaired surrogate and no U+0000; tool calls keep the provider's ids; arguments that are no JSON object
 *  arrive as `{malformed_arguments: text}`, so that the tool's own check refuses them and the model can mend them. */
export function openAiCompatibleModel(options: OpenAiCompatibleOptions): Model {
  const { url, basic } = completionsUrl(options.baseUrl);
  const credentials = options.apiKey ? `Bearer ${options.apiKey}` : basic && `Basic ${basic.encoded}`;
  const endpoint: Endpoint = {
    url,
    headers: {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      ...(credentials && { authorization: credentials }),
    },
    model: options.model,
    timeouts: options.timeouts,
    continuesText: options.continuesText ?? false,
    clock: options.clock ?? systemClock,
    retries: options.retries ?? maxRetries,
    isGuarded: options.isGuarded ?? false,
    backoffMs: options.backoffMs ?? ((retry) => (retry === 1 ? 500 : 1_500)),
    secrets: [options.apiKey ?? '', basic?.encoded ?? '', basic?.password ?? ''],
  };
  return {
    label: options.model,
    contextTokens: options.contextTokens ?? 32_768,
    stream: (request, signal) => streamWithRetries(endpoint, request, signal),
  };
}

async function* streamWithRetries(
  endpoint: Endpoint,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<ModelPart> {
  for (let retry = 1; ; retry++) {
    let hasBegun = false;
    try {
      for await (const part of streamOnce(endpoint, request, signal)) {
        hasBegun = true;
        yield part;
      }
      return;
    } catch (error) {
      if (signal.aborted) return;
      const failure = toModelError(error);
      const waitMs = failure.retryAfterMs ?? endpoint.backoffMs(retry);
      if (hasBegun || retry > endpoint.retries || !isWorthRetrying(failure) || waitMs > maxRetryAfterMs) throw failure;
      await delay(waitMs, signal);
      if (signal.aborted) return;
    }
  }
}

/** A silent provider has already been waited for as long as the deadlines allow. */
function isWorthRetrying(failure: ModelError): boolean {
  return failure.retryable && failure.code !== 'model_timeout';
}

async function* streamOnce(endpoint: Endpoint, request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelPart> {
  const watchdog = new Watchdog(endpoint.timeouts);
  const reading = new AbortController();
  const broken = AbortSignal.any([signal, watchdog.signal, reading.signal]);
  const shownText = endpoint.continuesText ? request.shownText || undefined : undefined;
  const answer = new Answer({ continues: shownText !== undefined, secrets: endpoint.secrets });
  const body = JSON.stringify(completionRequest(endpoint.model, request, shownText));
  let response: IncomingMessage | undefined;
  try {
    response = await watchdog.guard(post(endpoint.url, endpoint.headers, body, broken, endpoint.isGuarded));
    watchdog.sawBytes();
    const texts = textsOf(response, watchdog);
    if (!isSuccess(response)) throw await refusalOf(response, texts, endpoint);
    for await (const text of texts) {
      const parts = answer.push(text);
      if (answer.hasMoved) watchdog.sawPiece();
      yield* parts;
      if (answer.failure !== undefined) throw answer.failure;
      if (answer.isOver) return;
    }
    yield* answer.end();
    if (answer.failure !== undefined) throw answer.failure;
  } catch (error) {
    if (!signal.aborted && watchdog.fired)
      throw modelError('model_timeout', 'nothing of the answer within the deadline');
    throw error;
  } finally {
    if (answer.isOver && response) await lastBytes(response);
    reading.abort();
  }
}

/** The end of an answer follows its last words at once, and leaves the connection to the next call. */
async function lastBytes(response: IncomingMessage): Promise<void> {
  for (let waits = 0; waits < 3 && !response.readableEnded; waits++) {
    response.read();
    await delay(waits);
  }
}

/** The answer's text as it comes, all there is at once: who takes it late takes more of it. */
async function* textsOf(response: IncomingMessage, watchdog: Watchdog): AsyncGenerator<string> {
  // Whoever waits for text is told; a connection that is cut while nobody waits is no fault.
  response.on('error', () => undefined);
  const texts: AsyncIterator<string> = response.setEncoding('utf8')[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await watchdog.guard(texts.next());
    if (done) return;
    yield value;
  }
}

function isSuccess({ statusCode = 0 }: IncomingMessage): boolean {
  return statusCode >= 200 && statusCode < 300;
}

async function refusalOf(
  { statusCode: status = 0, headers }: IncomingMessage,
  texts: AsyncIterable<string>,
  { secrets, clock }: Endpoint,
): Promise<ModelError> {
  let body = '';
  for await (const text of texts) {
    body += text;
    if (body.length > maxErrorChars) break;
  }
  return toStatusError({ status, retryAfter: headers['retry-after'], body }, secrets, clock.nowMs());
}

function completionRequest(model: string, { messages, tools }: ModelRequest, shownText: string | undefined) {
  return {
    model,
    messages: toMessages(messages, shownText),
    ...(tools.length > 0 && { tools: toTools(tools), tool_choice: 'auto' }),
    stream: true,
    stream_options: { include_usage: true },
  };
}

function completionsUrl(baseUrl: string): { url: URL; basic: { encoded: string; password: string } | undefined } {
  const url = new URL(baseUrl);
  const [user, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/chat/completions`;
  url.username = '';
  url.password = '';
  const hasNone = user === '' && password === '';
  return {
    url,
    basic: hasNone ? undefined : { encoded: Buffer.from(`${user}:${password}`).toString('base64'), password },
  };
}
