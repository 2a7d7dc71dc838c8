import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { type Clock, delay, systemClock } from '../clock.ts';
import type { Usage } from '../contract/events.ts';
import { modelError, toModelError, toStreamError } from './ai-sdk/model-errors.ts';
import { type CallOptions, toPrompt } from './ai-sdk/prompt.ts';
import { type Timeouts, Watchdog } from './ai-sdk/watchdog.ts';
import { WholeText } from './ai-sdk/whole-text.ts';
import { type Model, ModelError, type ModelPart, type ModelRequest } from './model.ts';

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
  clock?: Clock;
};

/** A call is tried three times in all, and never again once a piece of its answer has been passed on. */
const maxRetries = 2;
/** A longer `Retry-After` is not waited for: the turn fails and says so. */
const maxRetryAfterMs = 20_000;
/** Bytes that may come without a piece of the answer: comments, an error's page, one line without an end. */
const maxBytesBetweenPieces = 4 * 1024 * 1024;
/** Tools that one answer may ask for, and the arguments of all of them, in UTF-16 units. */
const maxToolCalls = 64;
const maxArgumentChars = 128 * 1024;

type Endpoint = Required<Pick<OpenAiCompatibleOptions, 'timeouts' | 'clock' | 'continuesText'>> & {
  provider: {
    baseUrl: string;
    queryParams: Record<string, string>;
    model: string;
    apiKey: string | undefined;
    headers: Record<string, string>;
  };
  backoffMs: (retry: number) => number;
  secrets: string[];
};

/** Any endpoint that speaks OpenAI's chat completions, streamed.
 *  Text holds no unpaired surrogate and no U+0000; tool calls keep the provider's ids; arguments that are no JSON object
 *  arrive as `{malformed_arguments: text}`, so that the tool's own check refuses them and the model can mend them. */
export function openAiCompatibleModel(options: OpenAiCompatibleOptions): Model {
  const url = new URL(options.baseUrl);
  const basic = url.username === '' && url.password === '' ? undefined : basicCredentials(url);
  const endpoint: Endpoint = {
    provider: {
      baseUrl: `${url.origin}${url.pathname}`.replace(/\/+$/, ''),
      queryParams: Object.fromEntries(url.searchParams),
      model: options.model,
      apiKey: options.apiKey,
      headers: basic && !options.apiKey ? { authorization: `Basic ${basic}` } : {},
    },
    timeouts: options.timeouts,
    continuesText: options.continuesText ?? false,
    clock: options.clock ?? systemClock,
    backoffMs: options.backoffMs ?? ((retry) => (retry === 1 ? 500 : 1_500)),
    secrets: [options.apiKey ?? '', basic ?? '', decodeURIComponent(url.password)],
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
      const failure = toModelError(error, endpoint.secrets, endpoint.clock.nowMs());
      const waitMs = failure.retryAfterMs ?? endpoint.backoffMs(retry);
      if (hasBegun || retry > maxRetries || !isWorthRetrying(failure) || waitMs > maxRetryAfterMs) throw failure;
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
  const continued = endpoint.continuesText && request.shownText ? request.shownText : undefined;
  const begin = once<ModelPart>(continued === undefined ? [] : [{ type: 'continued' }]);
  const reading = new AbortController();
  const text = new WholeText();
  const flood = new Flood();
  let toolCalls = 0;
  let argumentChars = 0;
  try {
    const call = {
      ...callOptions(request, continued),
      abortSignal: AbortSignal.any([signal, watchdog.signal, flood.signal, reading.signal]),
    };
    const { stream } = await watchdog.guard(chatModel(endpoint, watchdog, flood).doStream(call));
    const reader = stream.getReader();
    for (;;) {
      const { done, value: part } = await watchdog.guard(reader.read());
      if (signal.aborted) return;
      if (done) throw modelError('model_bad_response', 'the stream ended without a finish');
      if (part.type === 'error') throw toStreamError(part.error, endpoint.secrets);
      if (part.type !== 'stream-start' && part.type !== 'response-metadata') {
        watchdog.sawPiece();
        flood.sawPiece();
      }
      if (part.type === 'tool-input-start') toolCalls += 1;
      if (part.type === 'tool-input-delta') argumentChars += part.delta.length;
      if (toolCalls > maxToolCalls || argumentChars > maxArgumentChars) {
        throw modelError('model_bad_response', 'tool calls without end');
      }
      if (part.type === 'text-delta') {
        const piece = text.push(part.delta);
        if (piece === '') continue;
        yield* begin();
        yield { type: 'text', text: piece };
      } else if (part.type === 'tool-call') {
        yield* begin();
        yield {
          type: 'tool_call',
          call: { callId: part.toolCallId, tool: part.toolName, input: parseArguments(part.input) },
        };
      } else if (part.type === 'finish') {
        yield* begin();
        const rest = text.end();
        if (rest !== '') yield { type: 'text', text: rest };
        yield { type: 'finish', usage: toUsage(part.usage) };
        return;
      }
    }
  } catch (error) {
    if (signal.aborted) throw error;
    if (flood.signal.aborted) throw modelError('model_bad_response', 'bytes without end that are no answer');
    if (watchdog.fired) throw modelError('model_timeout', 'nothing of the answer within the deadline');
    throw error;
  } finally {
    reading.abort();
  }
}

function toUsage(usage: {
  inputTokens: { total: number | undefined };
  outputTokens: { total: number | undefined };
}): Usage {
  return { input_tokens: usage.inputTokens.total ?? 0, output_tokens: usage.outputTokens.total ?? 0 };
}

/** Aborts a call that sends bytes without end and nothing of an answer: the SDK keeps what it cannot read yet. */
class Flood {
  readonly #over = new AbortController();
  #bytes = 0;

  get signal(): AbortSignal {
    return this.#over.signal;
  }

  sawBytes(count: number): void {
    this.#bytes += count;
    if (this.#bytes > maxBytesBetweenPieces) this.#over.abort();
  }

  sawPiece(): void {
    this.#bytes = 0;
  }
}

function chatModel(endpoint: Endpoint, watchdog: Watchdog, flood: Flood) {
  const { baseUrl, queryParams, model, apiKey, headers } = endpoint.provider;
  return createOpenAICompatible({
    name: 'model',
    baseURL: baseUrl,
    queryParams,
    headers,
    includeUsage: true,
    ...(apiKey && { apiKey }),
    fetch: async (input, init) => {
      // A redirect would hand the conversation to whomever it names.
      const response = await fetch(input, { ...init, redirect: 'manual' });
      watchdog.sawBytes();
      return response.body ? new Response(watched(response.body, watchdog, flood), response) : response;
    },
  }).chatModel(model);
}

function watched(body: ReadableStream<Uint8Array>, watchdog: Watchdog, flood: Flood): ReadableStream<Uint8Array> {
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(bytes, controller) {
        watchdog.sawBytes();
        flood.sawBytes(bytes.length);
        controller.enqueue(bytes);
      },
    }),
  );
}

function callOptions(request: ModelRequest, shownText: string | undefined): CallOptions {
  return {
    prompt: toPrompt(request.messages, shownText),
    ...(request.tools.length > 0 && {
      tools: request.tools.map((tool) => ({ type: 'function', ...tool })),
      toolChoice: { type: 'auto' },
    }),
  };
}

function parseArguments(text: string): Record<string, unknown> {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch {
    // What the model wrote goes on as data below.
  }
  return { malformed_arguments: text.slice(0, 2_000).toWellFormed() };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function once<T>(items: T[]): () => T[] {
  return () => items.splice(0);
}

function basicCredentials(url: URL): string {
  return Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString('base64');
}
