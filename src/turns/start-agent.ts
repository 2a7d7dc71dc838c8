import { usableAgent } from '../access/usable-agent.ts';
import type { AdkEventJson } from '../agents/adk-events.ts';
import { AgentError } from '../agents/agent-error.ts';
import type { AgentDeps } from '../agents/agent-run.ts';
import { buildContext, partialAnswer, type StoredTurn } from '../agents/build-context.ts';
import { builtInAgents } from '../agents/catalogue.ts';
import { loadRunAgent } from '../agents/load-adk.ts';
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
export function agentStarter(ports: { store: Store; agent: AgentDeps }): RunTurnPorts['startAgent'] {
  const { store, agent: deps } = ports;
  return async ({ actor, turn, history, show, signal }) => {
    const mayUseAgent = async () => (await usableAgent({ store }, actor, turn.agentId)) !== undefined;
    const definition = (await mayUseAgent()) ? builtInAgents.get(turn.agentId) : undefined;
    if (!definition) return undefined;
    const readable = new Set((await store.read.corpusAccess({ userId: actor.userId })).map((corpus) => corpus.id));
    const context = buildContext(history.map(toStoredTurn), deps.model.contextTokens * historyShare, {
      olderTurns: (history.at(-1)?.turnNo ?? 1) - 1,
      canRead: (corpusId) => readable.has(corpusId),
    });
    const runAgent = await loadRunAgent();
    const outputs = runAgent(deps, {
      definition,
      actor,
      sessionId: turn.sessionId,
      turnId: turn.turnId,
      corpora: turn.corpora,
      history: context.history,
      firstStep: turn.step,
      ...(turn.shown.text !== '' && { shown: turn.shown }),
      show,
      mayUseAgent,
      signal,
    });
    return { outputs, modelLabel: deps.model.label };
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
