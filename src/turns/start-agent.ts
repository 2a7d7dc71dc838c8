import { mayAsk } from '../access/usable-agent.ts';
import type { AdkEventJson } from '../agents/adk-events.ts';
import { AgentError } from '../agents/agent-error.ts';
import type { AgentDeps } from '../agents/agent-run.ts';
import { buildContext, partialAnswer, type StoredTurn } from '../agents/build-context.ts';
import { loadRunAgent } from '../agents/load-adk.ts';
import { runnableAgent } from '../agents/runnable-agent.ts';
import { subAgentsOf } from '../agents/sub-agents.ts';
import type { ServingModels } from '../models/endpoints.ts';
import { ModelError } from '../models/model.ts';
import type { TurnForContext } from '../store/queries/turn-context.ts';
import type { Store } from '../store/store.ts';
import type { RunTurnPorts } from './run-turn.ts';

/** What of a model's window the conversation may take; the rest is for instructions, tools and the answer. */
const historyShare = 0.6;

/** Loads the agent runtime ahead of the first turn, which would else wait for it. */
export async function warmUpAgents(): Promise<void> {
  await loadRunAgent();
}

/** Starts the turn's agent where the log says the turn stands; undefined when its author may not use that agent any more. */
export function agentStarter(ports: {
  store: Store;
  models: Pick<ServingModels, 'forTurn'>;
  agent: Omit<AgentDeps, 'model'>;
}): RunTurnPorts['startAgent'] {
  const { store } = ports;
  return async ({ actor, turn, history, show, signal }) => {
    const { agentId, sessionId } = turn;
    const mayUseAgent = () => mayAsk({ store }, actor, { agentId, sessionId });
    const [mayUse, saved] = await Promise.all([
      mayUseAgent(),
      store.read.definitionOfTurn({ agentId, sessionId, version: turn.agentVersion }),
    ]);
    if (!mayUse || !saved) return undefined;
    const [model, corpora, subAgents] = await Promise.all([
      ports.models.forTurn(saved.model),
      store.read.corpusAccess({ userId: actor.userId }),
      subAgentsOf({ store }, actor, saved.sub_agents),
    ]);
    const deps = { ...ports.agent, model };
    const readable = new Set(corpora.map(({ id }) => id));
    const context = buildContext(history.map(toStoredTurn), model.contextTokens * historyShare, {
      olderTurns: (history.at(-1)?.turnNo ?? 1) - 1,
      canRead: (corpusId) => readable.has(corpusId),
    });
    const runAgent = await loadRunAgent();
    const outputs = runAgent(deps, {
      definition: runnableAgent(agentId, saved),
      subAgents,
      maxSteps: saved.max_steps,
      actor,
      sessionId,
      turnId: turn.turnId,
      corpora: turn.corpora,
      history: context.history,
      firstStep: turn.step,
      ...(turn.shown.text !== '' && { shown: turn.shown }),
      show,
      mayUseAgent,
      signal,
    });
    return { outputs, modelLabel: model.label, maxAnswerChars: saved.max_answer_chars };
  };
}

function toStoredTurn({ turnId, agentId, events, lastMessage }: TurnForContext): StoredTurn {
  const partial = lastMessage === undefined ? undefined : partialAnswer(agentId, JSON.parse(lastMessage));
  return {
    turnId,
    events: events.map((json) => JSON.parse(json) as AdkEventJson),
    ...(partial && { partial }),
  };
}

/** The code that a failed turn carries, from whatever ended it. */
export function failureCode(error: unknown): string {
  return error instanceof ModelError || error instanceof AgentError ? error.code : 'internal';
}
