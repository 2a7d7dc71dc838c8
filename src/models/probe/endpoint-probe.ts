import type { Clock } from '../../clock.ts';
import type { EndpointProblem } from '../../contract/model-endpoints.ts';
import { openAiCompatibleModel } from '../chat-completions.ts';
import type { EndpointAccess, EndpointProbe } from '../endpoints.ts';
import { ModelError } from '../model.ts';
import { getModels } from './get-models.ts';
import { problemOfList, problemOfModel } from './problem-of.ts';

/** Within a request's own deadline, with room for the answer. */
const deadlineMs = 20_000;
const timeouts = { firstByteMs: deadlineMs, idleMs: deadlineMs, pieceMs: deadlineMs, answerMs: deadlineMs };
const question = { messages: [{ role: 'user' as const, text: 'Answer with the one word: ready' }], tools: [] };

/** Asks endpoints as turns do, once and briefly. */
export function createEndpointProbe(clock: Clock): EndpointProbe {
  async function timed<Result>(work: () => Promise<Result>): Promise<Result & { durationMs: number }> {
    const startedMs = clock.monotonicMs();
    const result = await work();
    return { ...result, durationMs: Math.round(clock.monotonicMs() - startedMs) };
  }

  async function ask(at: EndpointAccess, model: string, signal: AbortSignal): Promise<EndpointProblem | null> {
    const { baseUrl, apiKey } = at;
    const options = { baseUrl, model, timeouts, clock, isGuarded: true, retries: 0 };
    const asked = openAiCompatibleModel({ ...options, ...(apiKey !== undefined && { apiKey }) });
    const enough = new AbortController();
    try {
      for await (const part of asked.stream(question, AbortSignal.any([signal, enough.signal]))) {
        if (part.type === 'text' && part.text.trim() !== '') return null;
      }
      return 'empty_answer';
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      return error.code === 'model_refused_request'
        ? await whyRefused(at, model, error, signal)
        : problemOfModel(error);
    } finally {
      enough.abort();
    }
  }

  return {
    ask: (at, model, signal) => timed(async () => ({ problem: await ask(at, model, signal) })),
    list: (at, signal) => timed(() => list(at, signal)),
  };
}

async function list(at: EndpointAccess, signal: AbortSignal) {
  const late = AbortSignal.timeout(deadlineMs);
  try {
    return { problem: null, models: await getModels(at, AbortSignal.any([signal, late])) };
  } catch (error) {
    signal.throwIfAborted();
    return { problem: late.aborted ? ('timeout' as const) : problemOfList(error), models: [] };
  }
}

/** Providers refuse a model that they do not have in many words; the list of those they have tells it for sure. */
async function whyRefused(
  at: EndpointAccess,
  model: string,
  { httpStatus }: ModelError,
  signal: AbortSignal,
): Promise<EndpointProblem> {
  const { problem, models } = await list(at, signal);
  if (problem === null && models.length > 0 && !models.includes(model)) return 'unknown_model';
  return httpStatus === 404 ? 'not_found' : 'refused';
}
