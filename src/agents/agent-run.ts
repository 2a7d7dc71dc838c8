import type { Actor } from '../access/actor.ts';
import type { Clock } from '../clock.ts';
import type { Citation, Usage } from '../contract/events.ts';
import type { Log } from '../log.ts';
import type { Model } from '../models/model.ts';
import type { AdkEventJson, DraftEvent } from './adk-events.ts';
import type { PassageNumbers } from './passage-numbers.ts';
import type { RunnableAgent } from './runnable-agent.ts';
import type { SubAgent } from './sub-agents.ts';
import type { KnowledgeTools } from './tools/agent-tool.ts';

export type AgentDeps = {
  model: Model;
  knowledge: KnowledgeTools;
  clock: Clock;
  newId: () => string;
  log?: Log;
};

/** One attempt to finish a turn. */
export type AgentRun = {
  definition: RunnableAgent;
  /** The turn's author: tools run with this person's rights. */
  actor: Actor;
  sessionId: string;
  turnId: string;
  /** Ids or names of the corpora chosen for the turn; empty means all the author may read. */
  corpora: readonly string[];
  /** From `buildContext`: earlier turns, then this turn's user event and finished steps, oldest first. */
  history: AdkEventJson[];
  /** The number of the next model call: 0 in a fresh turn, else one more than the last stored step. */
  firstStep: number;
  /** Text of step `firstStep` that was shown before, and the `cited` that came with its last piece. Without `cited`, shown
   *  text with markers is not offered to the model: what its numbers meant is not known. */
  shown?: { text: string; cited?: readonly number[] };
  /** Takes the text to show, in order, while the next output is being waited for: all of a step before its commit. The model is read
   *  on once what it returns has resolved. What it throws ends the run and is thrown there. */
  show(text: AgentText): Promise<unknown> | undefined;
  /** Whether the author may still use the agent: asked before each model call, and every few seconds while one streams. */
  mayUseAgent(): Promise<boolean>;
  signal: AbortSignal;
  /** The agents that this one may ask. */
  subAgents?: readonly SubAgent[];
  /** The numbers of the passages that were found so far; by default those of the history. */
  numbers?: PassageNumbers;
  /** The most model calls a turn may take, over all attempts. 12 by default. */
  maxSteps?: number;
};

/** What an attempt shows.
 *  - `text`: goes after the step's text so far. `cited` holds the passages' numbers behind the shown [1], [2], … so far;
 *    `citations`, there when a number is new, are what a turn that ends here would cite.
 *  - `restarted`: the step's text so far is void and begins anew at offset 0. */
export type AgentText =
  | { type: 'text'; step: number; text: string; cited: readonly number[]; citations?: Citation[] }
  | { type: 'restarted'; step: number };

/** What an attempt gives to store: one finished model call with the calls it asked for, or the results of those. `usage` is
 *  of this model call alone, with results that of the agents that were asked; a final message's own usage is of the whole attempt. After `final` nothing
 *  comes. Nothing runs ahead: tools start, and the model is asked again, only when the next output is pulled, so each is to
 *  be stored before that. */
export type AgentOutput = { events: DraftEvent[]; adkEvents: AdkEventJson[]; usage: Usage; final: boolean };
