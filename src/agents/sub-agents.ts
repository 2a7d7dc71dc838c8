import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/authorize.ts';
import { usableAgent } from '../access/usable-agent.ts';
import type { Store } from '../store/store.ts';
import { type RunnableAgent, runnableAgent } from './runnable-agent.ts';

/** An agent that another one may ask in a turn, in its newest version. */
export type SubAgent = {
  definition: RunnableAgent;
  version: number;
  maxSteps: number;
  maxAnswerChars: number;
  /** Whether the turn's author may use it at this moment. */
  mayUse(): Promise<boolean>;
};

/** Of the agents that a definition names, those that are there and that the author may use. */
export async function subAgentsOf(
  { store }: { store: Store },
  actor: Actor,
  agentIds: readonly string[] = [],
): Promise<SubAgent[]> {
  if (agentIds.length === 0) return [];
  const usable = await store.read.agentAccess({ userId: actor.userId, agentIds });
  const found = await Promise.all(
    usable
      .filter(() => authorize(actor, 'agent.use', { level: 'use' }))
      .map(async ({ id }): Promise<SubAgent[]> => {
        const newest = await store.read.agentVersionOf({ agentId: id });
        if (!newest) return [];
        const { version, definition } = newest;
        return [
          {
            definition: runnableAgent(id, definition),
            version,
            maxSteps: definition.max_steps,
            maxAnswerChars: definition.max_answer_chars,
            mayUse: async () => (await usableAgent({ store }, actor, id)) !== undefined,
          },
        ];
      }),
  );
  return found.flat();
}
