import { benchAgentId } from '../contract/agents.ts';
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

/** Whether the actor may have a turn answered in a session by its agent at this moment: one that they may use, or a draft. */
export async function mayAsk(
  ports: { store: Store },
  actor: Actor,
  session: { agentId: string; sessionId: string },
): Promise<boolean> {
  return session.agentId === benchAgentId
    ? mayTestDrafts(ports, actor, session)
    : (await usableAgent(ports, actor, session.agentId)) !== undefined;
}

/** Whether a session is one of the test bench, which is with nobody's agent, and the actor its owner and still an administrator. */
export async function mayTestDrafts(
  { store }: { store: Store },
  actor: Actor,
  { agentId, sessionId }: { agentId: string; sessionId: string },
): Promise<boolean> {
  if (agentId !== benchAgentId) return false;
  const { userId } = actor;
  const [user, owns] = await Promise.all([
    store.read.userById({ userId }),
    store.read.ownsSession({ sessionId, userId }),
  ]);
  if (!owns || user?.is_active !== 1) return false;
  return authorize({ ...actor, role: user.role }, 'admin.agents.write');
}
