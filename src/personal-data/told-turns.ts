import { type AgentChange, agentChange, changeBetween } from '../contract/agent-changes.ts';
import type { Citation, SessionEvent, TurnState } from '../contract/events.ts';
import { finalTurnStates } from '../contract/events.ts';

/** A turn as a person reads it: what was asked, and what was said to it. */
export type ToldTurn = {
  turnId: string;
  /** Of its message in the log. */
  seq: number;
  /** When it was asked. */
  at: string;
  question: string;
  authorUserId: string;
  state: TurnState;
  replacesTurnId: string | null;
  /** Of the steps before the answer and of the answer itself, those that say something. */
  texts: string[];
  answer: { citations: Citation[]; model: string; partial: boolean; at: string } | undefined;
};

/** Where what follows is answered by another agent than what stands before: its name. */
export type ToldChange = { answersFromHere: string };

/** The turns of a log in the order of their messages, each given as soon as it and all before it are over, so that only what is still under
 *  way is held; what is not over at the end of the log comes then. A turn whose message was erased is left out. Between them, and after the
 *  last one, stands where the agent changes. */
export async function* toldTurns(events: AsyncIterable<SessionEvent>): AsyncGenerator<ToldTurn | ToldChange> {
  const open = new Map<string, ToldTurn>();
  const changes: AgentChange[] = [];
  let told: number | undefined;
  function* changesTo(seq: number) {
    const name = told === undefined ? undefined : changeBetween(changes, told, seq);
    told = seq;
    if (name !== undefined) yield { answersFromHere: name };
  }
  for await (const event of events) {
    changes.push(...agentChange(event));
    take(open, event);
    for (const [id, turn] of open) {
      if (!finalTurnStates.has(turn.state)) break;
      open.delete(id);
      yield* changesTo(turn.seq);
      yield turn;
    }
  }
  for (const turn of open.values()) {
    yield* changesTo(turn.seq);
    yield turn;
  }
  yield* changesTo(Number.POSITIVE_INFINITY);
}

function take(open: Map<string, ToldTurn>, event: SessionEvent): void {
  const id = event.turn_id;
  if (id === undefined) return;
  if (event.type === 'user_message') {
    open.set(id, {
      turnId: id,
      seq: event.seq,
      at: event.at,
      question: event.text,
      authorUserId: event.author_user_id,
      state: 'queued',
      replacesTurnId: event.replaces_turn_id,
      texts: [],
      answer: undefined,
    });
    return;
  }
  const turn = open.get(id);
  if (!turn) return;
  if (event.type === 'turn_state') turn.state = event.state;
  if (event.type !== 'agent_message') return;
  if (event.text !== '') turn.texts.push(event.text);
  const { citations, model, partial, at } = event;
  if (event.final) turn.answer = { citations, model, partial, at };
}
