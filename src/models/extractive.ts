import { newId } from '../ids.ts';
import type { Log } from '../log.ts';
import type { Embedder } from './embedder.ts';
import { type Cosines, chooseQuotes } from './extractive/choose-quotes.ts';
import { readResult } from './extractive/read-result.ts';
import { type Sentence, sentencesOf } from './extractive/sentences.ts';
import { writeAnswer } from './extractive/write-answer.ts';
import type { Model, ModelPart, ModelRequest } from './model.ts';

export type ExtractiveOptions = {
  /** Asked at each answer: undefined on a machine that cannot run it, or while it is not ready. */
  embedder?: () => Embedder | undefined;
  log?: Log;
};

const extractiveLabel = 'Quotes from your documents (no language model configured)';

/** The longest query `search_corpora` takes, in UTF-16 units. */
const maxQueryChars = 2_000;
/** Embedding a sentence costs about 2 ms; the passages' best-ranked sentences are enough. */
const maxSentences = 60;

/** What answers when no language model is configured: it searches with the user's own words and quotes the sentences that
 *  fit best, each with its passage's number, or says that it found nothing. It writes nothing of its own, so it cannot
 *  invent; it does not combine, compare, count or follow a conversation. */
export function extractiveModel(options: ExtractiveOptions = {}): Model {
  return {
    label: extractiveLabel,
    contextTokens: 16_384,
    stream: (request, signal) => answer(options, request, signal),
  };
}

async function* answer(
  options: ExtractiveOptions,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<ModelPart> {
  const { question, outcome } = readResult(request.messages);
  const canSearch = request.tools.some((tool) => tool.name === 'search_corpora');
  if (!outcome && canSearch) {
    const query = question.slice(0, maxQueryChars).toWellFormed();
    yield { type: 'tool_call', call: { callId: newId(), tool: 'search_corpora', input: { query } } };
    yield { type: 'finish', usage: { input_tokens: 0, output_tokens: 0 } };
    return;
  }
  const passages = outcome?.passages ?? [];
  const sentences = passages.flatMap((passage, index) => sentencesOf(passage.text, index)).slice(0, maxSentences);
  const cosines = await cosinesOf(options, question, sentences, signal);
  if (signal.aborted) return;
  const { chosen } = chooseQuotes(question, passages, sentences, cosines);
  const text = writeAnswer(chosen, passages, outcome);
  yield* streamText(text, request.shownText);
  yield { type: 'finish', usage: { input_tokens: 0, output_tokens: 0 } };
}

/** The same question over the same passages gives the same text, so text shown before is simply gone on from. */
function* streamText(text: string, shownText: string | undefined): Generator<ModelPart> {
  const continues = shownText !== undefined && shownText !== '' && text.startsWith(shownText);
  if (continues) yield { type: 'continued' };
  const rest = continues ? text.slice(shownText.length) : text;
  for (const piece of rest.match(/\s*\S+(?:\s+$)?/g) ?? []) yield { type: 'text', text: piece };
}

async function cosinesOf(
  { embedder: getEmbedder, log }: ExtractiveOptions,
  question: string,
  sentences: Sentence[],
  signal: AbortSignal,
): Promise<Cosines | undefined> {
  const embedder = getEmbedder?.();
  if (!embedder || sentences.length === 0) return undefined;
  try {
    const texts = [question.slice(0, maxQueryChars), ...sentences.map((sentence) => sentence.text)];
    const [query, ...vectors] = await embedder.embed(texts, { signal, priority: 'query' });
    if (!query) return undefined;
    return {
      toQuery: vectors.map((vector) => dot(query, vector)),
      between: (a, b) => dot(vectors[a] ?? query, vectors[b] ?? query),
    };
  } catch (error) {
    if (!signal.aborted) log?.warn('extractive_embedder_failed', { reason: String(error).slice(0, 200) });
    return undefined;
  }
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
