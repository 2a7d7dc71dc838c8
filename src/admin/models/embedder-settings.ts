import type { Actor } from '../../access/actor.ts';
import type { Clock } from '../../clock.ts';
import type { Config } from '../../config.ts';
import type { EmbedderSettings, TestedEmbedder } from '../../contract/embedder-settings.ts';
import type { ServerStatus } from '../../contract/feed.ts';
import { AppError } from '../../errors.ts';
import type { Knowledge } from '../../knowledge/knowledge.ts';
import { PassingFault } from '../../models/embedder.ts';

export type EmbedderPorts = {
  clock: Clock;
  set: Config['embedder'];
  knowledge: Pick<Knowledge, 'embedder'>;
  describe(): Promise<ServerStatus>;
  /** Whether whoever asks may still act. */
  isLive(actor: Actor): Promise<boolean>;
};

/** Within a request's own deadline. */
const deadlineMs = 20_000;
const sample = 'Is anybody there?';

export async function readEmbedderSettings(ports: EmbedderPorts): Promise<EmbedderSettings> {
  const { set, knowledge } = ports;
  const { model: _, ...status } = await ports.describe();
  return {
    kind: set.kind,
    ...status,
    base_url: set.kind === 'endpoint' ? set.url : null,
    has_key: set.kind === 'endpoint' && set.apiKey !== undefined,
    dimensions: knowledge.embedder.opened()?.dimensions ?? null,
  };
}

/** Embeds a few words, as a search would.
 *  @throws AppError unauthenticated */
export async function testEmbedder(ports: EmbedderPorts, actor: Actor, signal: AbortSignal): Promise<TestedEmbedder> {
  if (!(await ports.isLive(actor))) throw new AppError('unauthenticated');
  const startedMs = ports.clock.monotonicMs();
  const outcome = await embedOnce(ports, signal);
  return { duration_ms: Math.round(ports.clock.monotonicMs() - startedMs), ...outcome };
}

async function embedOnce(
  { knowledge }: EmbedderPorts,
  signal: AbortSignal,
): Promise<Omit<TestedEmbedder, 'duration_ms'>> {
  const state = knowledge.embedder.state();
  // One that does not answer at the moment is tried all the same: that is what the test is for.
  const embedder = knowledge.embedder.opened();
  if (!embedder) {
    const why = state.state === 'unavailable' ? state.reason : 'It is still loading.';
    return { is_working: false, message: `The embedder cannot be asked. ${why}` };
  }
  const late = AbortSignal.timeout(deadlineMs);
  try {
    const options = { role: 'query', priority: 'query', signal: AbortSignal.any([signal, late]) } as const;
    const [vector] = await embedder.embed([sample], options);
    return vector
      ? { is_working: true, message: `It made a vector of ${vector.length} numbers.` }
      : { is_working: false, message: 'It gave no vector.' };
  } catch (error) {
    signal.throwIfAborted();
    if (late.aborted) return { is_working: false, message: 'No answer within 20 seconds.' };
    const message = error instanceof PassingFault ? error.message : 'The embedder failed with an unexpected error.';
    return { is_working: false, message };
  }
}
