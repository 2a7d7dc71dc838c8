import type { AgentChange, TurnView } from '../../src/contract/fold.ts';

export type AgentLines = {
  /** By the id of the first turn that another agent answers than the one before it: that agent's name. */
  before: ReadonlyMap<string, string>;
  /** Who answers the next message, where that is another than who answered the last turn. */
  next?: string;
};

/** Where the agent changes on the branch that is shown. A message is answered by the agent that the session had when it was taken, whenever its
 *  turn runs. Before the first turn nothing is said. Pure.
 *  @param turns  of one branch, oldest first
 *  @param changes  oldest first */
export function agentLines(turns: readonly TurnView[], changes: readonly AgentChange[]): AgentLines {
  const before = new Map<string, string>();
  for (const [index, turn] of turns.entries()) {
    const last = turns[index - 1];
    const name = last && changeBetween(changes, last.seq, turn.seq);
    if (name !== undefined) before.set(turn.turnId, name);
  }
  const newest = turns.at(-1);
  const next = newest && changeBetween(changes, newest.seq, Number.POSITIVE_INFINITY);
  return { before, ...(next !== undefined && { next }) };
}

function changeBetween(changes: readonly AgentChange[], from: number, to: number): string | undefined {
  const agent = agentAt(changes, to);
  return agent && agent.id !== agentAt(changes, from)?.id ? agent.name : undefined;
}

/** Undefined where the log as far as it is known does not say. */
function agentAt(changes: readonly AgentChange[], seq: number) {
  return (changes.findLast((change) => change.seq < seq) ?? { agent: changes[0]?.before }).agent;
}
