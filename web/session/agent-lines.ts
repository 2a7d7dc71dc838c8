import { type AgentChange, changeBetween } from '../../src/contract/agent-changes.ts';
import type { TurnView } from '../../src/contract/fold.ts';

export type AgentLines = {
  /** By the id of the first turn that another agent answers than the one before it: that agent's name. */
  before: ReadonlyMap<string, string>;
  /** Who answers the next message, where that is another than who answered the last turn. */
  next?: string;
};

/** Where the agent changes among the turns that are shown. Before the first turn nothing is said. Pure.
 *  @param turns  oldest first: of one branch, or of all
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
