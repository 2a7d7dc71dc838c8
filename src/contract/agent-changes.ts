import type { SessionEvent } from './events.ts';

type AgentRef = { id: string; name: string };
/** From `seq` on messages are answered by `agent`; those before it, back to the change before, were by `before`, where the log says so. */
export type AgentChange = { seq: number; agent: AgentRef; before?: AgentRef };

/** The change that an event is; none of most. Pure. */
export function agentChange(event: SessionEvent): AgentChange[] {
  if (event.type !== 'session_updated' || !event.agent) return [];
  return [{ seq: event.seq, agent: event.agent, ...(event.agent_before && { before: event.agent_before }) }];
}

/** The name of the agent that answers messages at `to`, where that is another than at `from`. A message is answered by the agent that the
 *  session had when it was taken, whenever its turn runs. Pure.
 *  @param changes  oldest first
 *  @param from  the `seq` of a message; `to` likewise, or infinity for the next one */
export function changeBetween(changes: readonly AgentChange[], from: number, to: number): string | undefined {
  const agent = agentAt(changes, to);
  return agent && agent.id !== agentAt(changes, from)?.id ? agent.name : undefined;
}

/** Undefined where the log as far as it is known does not say. */
function agentAt(changes: readonly AgentChange[], seq: number) {
  return (changes.findLast((change) => change.seq < seq) ?? { agent: changes[0]?.before }).agent;
}
