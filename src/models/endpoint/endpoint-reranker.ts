import { z } from 'zod';
import { type Clock, systemClock } from '../../clock.ts';
import { sha256 } from '../../ids.ts';
import type { Reranker } from '../reranker.ts';
import { askJson, type JsonEndpoint, RefusedTexts, unreadable, type Urgency } from './ask-json.ts';
import { endpointUrl } from './endpoint-url.ts';

export type EndpointRerankerOptions = {
  /** Such as `https://host/v1`; `/rerank` is added where it is missing. */
  url: string;
  /** Left out where the endpoint has one model and no name for it. */
  model?: string | undefined;
  apiKey?: string | undefined;
  clock?: Clock;
  deadlineMs?: number;
  questionMs?: number;
};

const ranked = z.array(
  z.object({
    index: z.number().int().nonnegative(),
    relevance_score: z.number().optional(),
    score: z.number().optional(),
  }),
);
/** Cohere, Jina and vLLM put the results into an object; Text Embeddings Inference gives the list alone, and calls the score `score`. */
const answer = z.union([ranked, z.object({ results: ranked }).transform(({ results }) => results)]);

type How = { signal: AbortSignal; urgency: Urgency };

/** Any endpoint with the rerank of Cohere, Jina, vLLM or Text Embeddings Inference. It is asked once whether it answers; one that refuses
 *  `documents` is asked about `texts`, as the last of these calls them.
 *  @throws PassingFault when it does not answer as it should */
export async function openEndpointReranker(options: EndpointRerankerOptions): Promise<Reranker> {
  const closing = new AbortController();
  const endpoint: JsonEndpoint = {
    url: endpointUrl(options.url, 'rerank'),
    apiKey: options.apiKey,
    name: 'The rerank endpoint',
    clock: options.clock ?? systemClock,
    deadlineMs: options.deadlineMs ?? 30_000,
    questionMs: options.questionMs ?? 2_500,
    backoffMs: [1_000],
  };
  const { model } = options;
  let takes: 'documents' | 'texts' = 'documents';

  async function ask(query: string, documents: string[], how: How): Promise<unknown> {
    const body = () => ({ ...(model !== undefined && { model }), query, [takes]: documents });
    try {
      return await askJson(endpoint, body(), how);
    } catch (error) {
      if (!(error instanceof RefusedTexts) || takes === 'texts') throw error;
      takes = 'texts';
      return askJson(endpoint, body(), how);
    }
  }

  async function score(query: string, documents: string[], how: How): Promise<number[]> {
    const scores = scoresOf(answer.safeParse(await ask(query, documents, how)).data, documents.length);
    if (!scores) throw unreadable(endpoint);
    return scores;
  }

  await score('ready?', ['ready'], { signal: closing.signal, urgency: 'probe' });
  return {
    id: `${model ?? endpoint.url.host}:${sha256(`${endpoint.url.href} ${model ?? ''}`).slice(0, 12)}`,
    async score(query, documents, { signal, priority = 'batch' } = {}) {
      if (documents.length === 0) return [];
      const how: How = {
        signal: signal ? AbortSignal.any([signal, closing.signal]) : closing.signal,
        urgency: priority === 'query' ? 'question' : 'work',
      };
      return score(query, documents, how);
    },
    close() {
      closing.abort(new Error('The reranker was closed.'));
      return Promise.resolve();
    },
  };
}

/** A score 0 to 1 for each document; undefined when one is missing, named twice or no number. Some models answer with logits: then all are
 *  scaled, which keeps their order. Pure. */
function scoresOf(results: z.infer<typeof ranked> | undefined, documents: number): number[] | undefined {
  if (results?.length !== documents) return undefined;
  const scores: (number | undefined)[] = Array.from({ length: documents });
  for (const { index, relevance_score: told, score = told } of results) {
    if (score === undefined || !Number.isFinite(score) || index >= documents || scores[index] !== undefined)
      return undefined;
    scores[index] = score;
  }
  const all = scores.map((score) => score ?? 0);
  const areLogits = all.some((score) => score < 0 || score > 1);
  return areLogits ? all.map((score) => 1 / (1 + Math.exp(-score))) : all;
}
