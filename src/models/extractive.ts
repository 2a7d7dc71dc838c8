import { newId } from '../ids.ts';
import type { Log } from '../log.ts';
import type { Embedder } from './embedder.ts';
import type { QuotablePassage } from './extractive/choose-quotes.ts';
import { type Found, findQuotes, leastConfidence } from './extractive/find-quotes.ts';
import { readResult } from './extractive/read-result.ts';
import { writeAnswer } from './extractive/write-answer.ts';
import type { Model, ModelPart, ModelRequest } from './model.ts';

export type ExtractiveOptions = {
  /** Asked at each answer: undefined on a machine that cannot run it, or while it is not ready. */
  embedder?: () => Embedder | undefined;
  /** Whether another embedder is set than the one the quotes are measured with: they are chosen by their words, and the label says so. */
  isByWordsAlone?: boolean;
  log?: Log;
};

const extractiveLabel = 'Quotes from your documents (no language model configured)';
const byWordsLabel = 'Quotes from your documents, chosen by their words (no language model configured)';

/** The longest query `search_corpora` takes, in UTF-16 units. */
const maxQueryChars = 2_000;

/** What answers when no language model is configured: it searches with the user's own words and quotes the sentences that
 *  fit best, each with its passage's number, or says that it found nothing. It writes nothing of its own, so it cannot
 *  invent; it does not combine, compare, count or follow a conversation. */
export function extractiveModel(options: ExtractiveOptions = {}): Model {
  return {
    label: options.isByWordsAlone ? byWordsLabel : extractiveLabel,
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
  const { quotes, confidence, mode } = await findOrFallBack(options, question, passages, signal);
  if (signal.aborted) return;
  const text = writeAnswer(confidence < leastConfidence[mode] ? [] : quotes, passages, outcome);
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

/** An embedder that breaks leaves the words. */
async function findOrFallBack(
  { embedder, log }: ExtractiveOptions,
  question: string,
  passages: QuotablePassage[],
  signal: AbortSignal,
): Promise<Found> {
  const asked = question.slice(0, maxQueryChars);
  try {
    return await findQuotes(embedder?.(), asked, passages, signal);
  } catch (error) {
    if (!signal.aborted) log?.warn('extractive_embedder_failed', { reason: String(error).slice(0, 200) });
    return findQuotes(undefined, asked, passages, signal);
  }
}
