import { type Actor, byOf } from '../access/actor.ts';
import { authorize } from '../access/authorize.ts';
import type { Clock } from '../clock.ts';
import type { AgentDefinition } from '../contract/agents.ts';
import { noCorpus } from '../contract/sessions.ts';
import { AppError } from '../errors.ts';
import { newId } from '../ids.ts';
import type { Store } from '../store/store.ts';
import { storable } from './manage-agents.ts';

type Ports = { store: Store; clock: Clock };

/** Whatever the rule for temporary sessions says. */
const keptMs = 24 * 3_600_000;

/** Opens a session in which the actor tries out an agent that is not saved: a temporary one, theirs alone, with which everything is as in
 *  any other. It searches what the agent's sessions would begin with, as far as the actor may. */
export async function beginAgentTest(
  ports: Ports,
  actor: Actor,
  definition: AgentDefinition,
): Promise<{ session_id: string }> {
  const sessionId = newId();
  await ports.store.write.beginAgentTest({
    sessionId,
    userId: actor.userId,
    title: `Test of ${definition.name}`,
    definition: storable(definition),
    corpora: await searchable(ports, actor, definition),
    temporaryUntil: new Date(ports.clock.nowMs() + keptMs).toISOString(),
    at: ports.clock.now(),
    by: byOf(actor),
  });
  return { session_id: sessionId };
}

/** Sets what the next question of a test is answered by; a turn that was accepted goes on with what it has.
 *  @throws AppError not_found, session_inactive */
export async function putAgentDraft(
  ports: Ports,
  actor: Actor,
  sessionId: string,
  definition: AgentDefinition,
): Promise<void> {
  const outcome = await ports.store.write.putAgentDraft({
    sessionId,
    userId: actor.userId,
    definition: storable(definition),
    corpora: await searchable(ports, actor, definition),
    at: ports.clock.now(),
    by: byOf(actor),
  });
  if (outcome === 'not_found') throw new AppError('not_found');
  if (outcome === 'inactive') throw new AppError('session_inactive');
}

async function searchable({ store }: Ports, actor: Actor, { corpora }: AgentDefinition): Promise<string[]> {
  if (corpora.length === 0) return [];
  const readable = await store.read.corpusAccess({ userId: actor.userId, corpusIds: corpora });
  const found = readable.filter((each) => each.archived_at === null && authorize(actor, 'corpus.read', each));
  // All corpora in place of a few that are out of reach would be more than anybody set.
  return found.length > 0 ? found.map(({ id }) => id) : [noCorpus];
}
