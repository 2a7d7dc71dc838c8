import type { Clock } from '../clock.ts';
import type { AdminAgent } from '../contract/agents.ts';
import { AppError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { type Actor, byOf } from './actor.ts';

type Ports = { store: Store; clock: Clock };

/** Every agent, with the corpora that sessions with it begin with. */
export async function listAgents({ store }: Pick<Ports, 'store'>): Promise<AdminAgent[]> {
  const agents = await store.scan.agentsWithCorpora({});
  return agents.map(({ id, name, description, version, updated_at, model, corpora, deleted_corpora, ...flags }) => ({
    agent_id: id,
    name,
    description,
    is_active: flags.is_active === 1,
    is_builtin: flags.is_builtin === 1,
    version,
    updated_at,
    model,
    default_corpora: corpora.map((corpus) => ({
      corpus_id: corpus.id,
      name: corpus.name,
      is_archived: corpus.archived_at !== null,
    })),
    deleted_corpora,
  }));
}

/** Sets what sessions with an agent begin with where the person has no choice of their own. Sessions that are there keep theirs.
 *  @throws AppError not_found; bad_request for a corpus that is not there */
export async function setAgentCorpora(
  { store, clock }: Ports,
  actor: Actor,
  agentId: string,
  corpora: readonly string[],
): Promise<void> {
  const outcome = await store.write.setAgentCorpora({ agentId, corpora, at: clock.now(), by: byOf(actor) });
  if (outcome === 'no_such_corpus') {
    throw new AppError('bad_request', { detail: 'Body: corpora: one of these corpora is not there.' });
  }
  if (outcome !== 'set') throw new AppError(outcome);
}
