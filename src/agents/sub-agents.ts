import type { Actor } from '../access/actor.ts';
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
  const found = await Promise.all(
    agentIds.map(async (id): Promise<SubAgent[]> => {
      const mayUse = async () => (await usableAgent({ store }, actor, id)) !== undefined;
      const newest = (await mayUse()) ? await store.read.agentVersionOf({ agentId: id }) : undefined;
      if (!newest) return [];
      const { version, definition } = newest;
      const { max_steps: maxSteps, max_answer_chars: maxAnswerChars } = definition;
      return [{ definition: runnableAgent(id, definition), version, maxSteps, maxAnswerChars, mayUse }];
    }),
  );
  return found.flat();
}
