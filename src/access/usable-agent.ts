import type { AgentAccess } from '../store/queries/access.ts';
import type { Store } from '../store/store.ts';
import type { Actor } from './actor.ts';
import { authorize } from './authorize.ts';

/** The agent, if it is there, active and granted to the actor at this moment. */
export async function usableAgent(
  { store }: { store: Store },
  actor: Actor,
  agentId: string,
): Promise<AgentAccess | undefined> {
  const [agent] = await store.read.agentAccess({ userId: actor.userId, agentIds: [agentId] });
  return authorize(actor, 'agent.use', agent && { level: 'use' }) ? agent : undefined;
}
