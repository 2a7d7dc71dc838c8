import type { Actor } from '../access/actor.ts';
import type { DraftEvent } from '../agents/adk-events.ts';
import { AgentError } from '../agents/agent-error.ts';
import type { AgentOutput, AgentText } from '../agents/agent-run.ts';
import { type Clock, delay } from '../clock.ts';
import type { Usage } from '../contract/events.ts';
import { AppError } from '../errors.ts';
import type { Journal, TurnJournal } from '../events/journal.ts';
import type { Log } from '../log.ts';
import type { ClaimedTurn } from '../store/commands/claim-turn.ts';
import type { TurnForContext } from '../store/queries/turn-context.ts';
import type { Store } from '../store/store.ts';

/** What an agent needs to take a turn on from where the log says it stands. */
export type TurnWork = {
  actor: Actor;
  turn: ClaimedTurn;
  /** The newest turns, newest first; the first is this turn, with its finished steps. */
  history: TurnForContext[];
  show(text: AgentText): Promise<unknown> | undefined;
  signal: AbortSignal;
};

export type StartedAgent = {
  outputs: AsyncIterable<AgentOutput>;
  modelLabel: string;
  /** The most text of this attempt, in UTF-16 units; beyond it the turn fails with its text kept. */
  maxAnswerChars: number;
};

export type RunTurnPorts = {
  store: Store;
  journal: Journal;
  clock: Clock;
  log: Log;
  /** Label of the model that a turn whose agent does not start would have been answered with. */
  modelLabel(): string;
  /** The author as they are at this moment; undefined when they may no longer act. */
  authorOf(userId: string): Promise<Actor | undefined>;
  /** Starts the agent. Undefined when the author may not use it any more, and when it is not there. */
  startAgent(work: TurnWork): Promise<StartedAgent | undefined>;
  /** The code of the failure that ends a turn, from whatever the agent threw. */
  failureCode(error: unknown): string;
};

/** Turns whose events a model's context may draw on: more than any window holds. */
const contextTurns = 40;
/** No further turn is read beyond so much JSON of them: also more than any window holds, where answers are long. Without it 40 answers of
 *  a megabyte would be read for each turn. */
const contextChars = 1024 * 1024;
/** Text a fast model may be ahead of the journal, in UTF-16 units. */
const maxWaitingChars = 64 * 1024;
const beforeNextAttemptMs = 1_000;
const noUsage: Usage = { input_tokens: 0, output_tokens: 0 };

/** Runs one claimed turn: every piece is journaled before it is shown, every step stored before the next begins. Never throws. */
export async function runTurn(ports: RunTurnPorts, turn: ClaimedTurn, signal: AbortSignal): Promise<void> {
  const { store, log } = ports;
  const journal = ports.journal.open({ turnId: turn.turnId, attempt: turn.attempt, fence: turn.fence });
  try {
    const actor = await ports.authorOf(turn.authorUserId);
    const history = await store.read.turnsForContext({
      sessionId: turn.sessionId,
      userId: turn.authorUserId,
      upToTurnNo: turn.turnNo,
      turns: contextTurns,
      maxChars: contextChars,
    });
    const shower = showBy(journal, turn);
    const started = actor && (await ports.startAgent({ actor, turn, history, show: shower.show, signal }));
    if (!started) return await fail(ports, turn, 'agent_unavailable', ports.modelLabel());
    journal.model = started.modelLabel;
    shower.bound(started.maxAnswerChars);
    await storeSteps(ports, turn, started, journal, signal);
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof TurnLost || isOfStore(error)) return await giveBack(ports, turn, signal);
    const code = ports.failureCode(error);
    log.warn('turn_failed', { turnId: turn.turnId, attempt: turn.attempt, code, reason: String(error).slice(0, 300) });
    await journal.settled();
    await fail(ports, turn, code, journal.model ?? ports.modelLabel()).catch((cause: unknown) =>
      log.error('turn_end_failed', { reason: String(cause) }),
    );
  }
}

/** The turn is another process's, or over, or its text cannot be stored: this process adds nothing to it any more. */
class TurnLost extends Error {}

/** A store that cannot be used for a moment is no answer to the person who asked. */
function isOfStore(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'store_unavailable' || error.code === 'overloaded');
}

/** Lets the next attempt begin, here or elsewhere, once the store had a moment; while it cannot be used the turn is still held, and nobody waits
 *  for its lease to run out. Nothing happens to a turn that somebody else has. */
async function giveBack({ store, log }: RunTurnPorts, turn: ClaimedTurn, signal: AbortSignal): Promise<void> {
  const { turnId, attempt, fence } = turn;
  for (;;) {
    await delay(beforeNextAttemptMs, signal);
    if (signal.aborted) return;
    try {
      await store.write.releaseTurn({ turnId, fence });
      return log.warn('turn_given_back', { turnId, attempt });
    } catch (error) {
      log.error('turn_release_failed', { turnId, attempt, reason: String(error) });
      if (!isOfStore(error)) return;
    }
  }
}

/** Journals an attempt's text as it comes, up to the bound of its agent. */
function showBy(journal: TurnJournal, turn: ClaimedTurn): { show: TurnWork['show']; bound(maxChars: number): void } {
  let maxChars = 0;
  /** Text of an earlier attempt that the model goes on from; journaled again with the first new piece. */
  let carried = turn.shown.text;
  let written = 0;
  const show: TurnWork['show'] = (shown) => {
    if (journal.isLost) throw new TurnLost();
    if (shown.type === 'restarted') {
      carried = '';
      return undefined;
    }
    const text = shown.step === turn.step ? carried + shown.text : shown.text;
    carried = '';
    const fitting = cutAt(text, maxChars - written);
    written += fitting.length;
    if (fitting !== '') journal.write(shown.step, fitting, shown.cited, shown.citations);
    if (fitting.length < text.length) throw new AgentError('output_too_long');
    return journal.waiting > maxWaitingChars ? journal.settled() : undefined;
  };
  return {
    show,
    bound(chars) {
      maxChars = chars;
    },
  };
}

/** The beginning of a text, at most so long, that ends between two characters. */
function cutAt(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const end = /[\uD800-\uDBFF]/.test(text[maxChars - 1] ?? '') ? maxChars - 1 : maxChars;
  return text.slice(0, Math.max(0, end));
}

async function storeSteps(
  ports: RunTurnPorts,
  turn: ClaimedTurn,
  { outputs, modelLabel }: StartedAgent,
  journal: TurnJournal,
  signal: AbortSignal,
): Promise<void> {
  for await (const output of outputs) {
    if (signal.aborted) return;
    if (!(await journal.settled())) throw new TurnLost();
    const kept = await ports.store.write.appendTurnEvents({
      turnId: turn.turnId,
      fence: turn.fence,
      events: output.events,
      adkEvents: output.adkEvents.map((event) => ({ eventId: event.id, event })),
      nextStep: stepAfter(output.events, turn.step),
      usage: output.usage,
      model: modelLabel,
      at: ports.clock.now(),
      ...(output.final && { end: { state: 'done' as const } }),
    });
    if (!kept || output.final) return;
  }
  if (signal.aborted) return;
  await journal.settled();
  await fail(ports, turn, 'no_answer', modelLabel);
}

/** The first step that is unfinished once these events are stored. */
function stepAfter(events: readonly DraftEvent[], before: number): number {
  return events.reduce((next, event) => (event.type === 'agent_message' ? event.payload.step + 1 : next), before);
}

async function fail(ports: RunTurnPorts, turn: ClaimedTurn, code: string, model: string): Promise<void> {
  await ports.store.write.appendTurnEvents({
    turnId: turn.turnId,
    fence: turn.fence,
    events: [],
    adkEvents: [],
    nextStep: turn.step,
    usage: noUsage,
    model,
    end: { state: 'failed', code },
    at: ports.clock.now(),
  });
}
