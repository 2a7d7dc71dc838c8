import { z } from 'zod';
import { type Clock, systemClock } from '../../clock.ts';
import { sha256 } from '../../ids.ts';
import type { Embedder, EmbedOptions } from '../embedder.ts';
import { askJson, type JsonEndpoint, RefusedTexts, unreadable, type Urgency } from './ask-json.ts';
import { endpointUrl } from './endpoint-url.ts';

export type EndpointEmbedderOptions = {
  /** Up to and including the version, such as `https://host/v1`. */
  url: string;
  model: string;
  apiKey?: string | undefined;
  /** Asked of models that can shorten their vectors. */
  dimensions?: number | undefined;
  /** Texts of one request at most. */
  textsAtOnce: number;
  queryPrefix: string;
  passagePrefix: string;
  clock?: Clock;
  deadlineMs?: number;
  questionMs?: number;
  backoffMs?: readonly number[];
};

/** A text that is refused by itself is cut to half of it, down to so many UTF-16 units: its beginning is better than no vector. */
const leastChars = 100;

/** Any endpoint that speaks OpenAI's embeddings. It is asked once for the length of its vectors; what it answers is checked and made of
 *  length 1.
 *  @throws PassingFault when it does not answer as it should */
export async function openEndpointEmbedder(options: EndpointEmbedderOptions): Promise<Embedder> {
  const closing = new AbortController();
  const endpoint: JsonEndpoint = {
    url: endpointUrl(options.url, 'embeddings'),
    apiKey: options.apiKey,
    name: 'The embeddings endpoint',
    clock: options.clock ?? systemClock,
    deadlineMs: options.deadlineMs ?? 30_000,
    questionMs: options.questionMs ?? 2_500,
    backoffMs: options.backoffMs ?? [1_000, 5_000],
  };
  const ask = { endpoint, model: options.model, asked: options.dimensions };
  const [probe] = await embedOnce(ask, [`${options.passagePrefix}dimensions`], {
    signal: closing.signal,
    urgency: 'probe',
  });
  const dimensions = probe?.length ?? 0;
  return {
    id: idOf(options, dimensions),
    dimensions,
    async embed(texts, { priority = 'batch', role = 'passage', signal }: EmbedOptions = {}) {
      const prefix = role === 'query' ? options.queryPrefix : options.passagePrefix;
      const how: How = {
        signal: signal ? AbortSignal.any([signal, closing.signal]) : closing.signal,
        urgency: priority === 'query' ? 'question' : 'work',
      };
      const vectors: Float32Array[] = [];
      for (let from = 0; from < texts.length; from += options.textsAtOnce) {
        const batch = texts.slice(from, from + options.textsAtOnce).map((text) => prefix + text);
        const made = await embedOrDivide(ask, batch, how);
        if (made.some((vector) => vector.length !== dimensions)) throw unreadable(endpoint);
        vectors.push(...made);
      }
      return vectors;
    },
    close() {
      closing.abort(new Error('The embedder was closed.'));
      return Promise.resolve();
    },
  };
}

/** Everything that makes vectors incomparable: also the address, because two servers may give one name to two models. */
function idOf({ url, model, dimensions: asked, queryPrefix, passagePrefix }: EndpointEmbedderOptions, length: number) {
  const identity = { url: endpointUrl(url, 'embeddings').href, model, asked, length, queryPrefix, passagePrefix };
  return `${model}:${sha256(JSON.stringify(identity)).slice(0, 12)}`;
}

type Ask = { endpoint: JsonEndpoint; model: string; asked: number | undefined };
type How = { signal: AbortSignal; urgency: Urgency };

/** One text that is refused must not keep the others of its request from their vectors. */
async function embedOrDivide(ask: Ask, texts: string[], how: How): Promise<Float32Array[]> {
  try {
    return await embedOnce(ask, texts, how);
  } catch (error) {
    if (!(error instanceof RefusedTexts)) throw error;
    if (texts.length > 1) {
      const half = Math.ceil(texts.length / 2);
      const first = await embedOrDivide(ask, texts.slice(0, half), how);
      return [...first, ...(await embedOrDivide(ask, texts.slice(half), how))];
    }
    const [text = ''] = texts;
    const shorter = text.slice(0, Math.floor(text.length / 2)).toWellFormed();
    if (shorter.length < leastChars) throw error;
    return embedOrDivide(ask, [shorter], how);
  }
}

const answer = z.object({
  data: z.array(z.object({ index: z.number().int().optional(), embedding: z.array(z.number()).min(1).max(16_384) })),
});

async function embedOnce({ endpoint, model, asked }: Ask, texts: string[], how: How): Promise<Float32Array[]> {
  const body = { model, input: texts, encoding_format: 'float', ...(asked !== undefined && { dimensions: asked }) };
  const parsed = answer.safeParse(await askJson(endpoint, body, how));
  if (!parsed.success || parsed.data.data.length !== texts.length) throw unreadable(endpoint);
  const vectors: Float32Array[] = [];
  for (const [place, { index = place, embedding }] of parsed.data.data.entries()) {
    const vector = normalized(embedding);
    if (!vector || index < 0 || index >= texts.length || vectors[index] !== undefined) throw unreadable(endpoint);
    if (asked !== undefined && vector.length !== asked) throw unreadable(endpoint);
    vectors[index] = vector;
  }
  return vectors;
}

/** Undefined for what has no direction, or a number that is none. Pure. */
function normalized(values: readonly number[]): Float32Array | undefined {
  const length = Math.hypot(...values);
  if (!Number.isFinite(length) || length === 0) return undefined;
  return Float32Array.from(values, (value) => value / length);
}
