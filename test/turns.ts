import { randomUUID } from 'node:crypto';
import { finalTurnStates, type SessionEvent, type TurnState } from '../src/contract/events.ts';
import { eventPage, type TurnAnswer, turnAnswer } from '../src/contract/sessions.ts';
import { answered } from './client.ts';
import type { Person } from './given.ts';
import { waitFor } from './wait-for.ts';

/** Sends a message, which must be accepted. */
export async function send(person: Person, sessionId: string, text: string, more: object = {}): Promise<TurnAnswer> {
  const body = { client_turn_id: randomUUID(), text, ...more };
  return answered(await person.client.post(`/api/sessions/${sessionId}/turns`, body), 202, turnAnswer);
}

/** The whole log of a session. */
export async function logOf(person: Person, sessionId: string): Promise<SessionEvent[]> {
  const events: SessionEvent[] = [];
  for (;;) {
    const path = `/api/sessions/${sessionId}/events?limit=1000&after=${events.at(-1)?.seq ?? 0}`;
    const page = answered(await person.client.get(path), 200, eventPage);
    events.push(...page.events);
    if (!page.has_more) return events;
  }
}

type StateEvent = Extract<SessionEvent, { type: 'turn_state' }>;

/** The turn's newest state in a log. */
export function stateOf(log: readonly SessionEvent[], turnId: string): StateEvent | undefined {
  return log.findLast((event): event is StateEvent => event.type === 'turn_state' && event.turn_id === turnId);
}

/** Waits until a turn is over; gives the session's log. */
export async function untilEnded(person: Person, sessionId: string, turnId: string): Promise<SessionEvent[]> {
  return waitFor(`the end of turn ${turnId}`, async () => {
    const log = await logOf(person, sessionId);
    const state = stateOf(log, turnId)?.state;
    return state && finalTurnStates.has(state) && log;
  });
}

/** Sends a message and waits until its turn is over. */
export async function ask(
  person: Person,
  sessionId: string,
  text: string,
  more: object = {},
): Promise<{ turn: TurnAnswer; log: SessionEvent[]; state: TurnState | undefined; answer: FinalMessage | undefined }> {
  const turn = await send(person, sessionId, text, more);
  const log = await untilEnded(person, sessionId, turn.turn_id);
  return { turn, log, state: stateOf(log, turn.turn_id)?.state, answer: answerOf(log, turn.turn_id) };
}

export type FinalMessage = Extract<SessionEvent, { type: 'agent_message' }>;

/** The message that ended a turn. */
export function answerOf(log: readonly SessionEvent[], turnId: string): FinalMessage | undefined {
  return log.find(
    (event): event is FinalMessage => event.type === 'agent_message' && event.turn_id === turnId && event.final,
  );
}
