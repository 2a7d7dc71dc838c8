import type { SessionEvent, TextDelta } from '../contract/events.ts';
import { finalTurnStates } from '../contract/events.ts';
import type { JournalRecord, RunningRecord } from '../store/queries/log.ts';
import type { Cursor, StepPosition } from './cursor.ts';

/** What one reader of one session has been given. It accepts only what comes next. */
export type SessionPosition = {
  seq: number;
  /** The turn whose text may come, with its first unfinished step; undefined while none runs. */
  live?: { turnId: string; attempt: number; step: number };
  /** The end of the running step's text given so far. */
  text?: StepPosition;
};

export type Step<Item> = { outcome: 'give'; item: Item } | { outcome: 'have' } | { outcome: 'gap' };

export function cursorOf(position: SessionPosition): Cursor {
  return position.text ? { seq: position.seq, running: position.text } : { seq: position.seq };
}

/** Moves over a durable event. */
export function giveEvent(position: SessionPosition, event: SessionEvent): Step<SessionEvent> {
  if (event.seq <= position.seq) return { outcome: 'have' };
  if (event.seq > position.seq + 1) return { outcome: 'gap' };
  position.seq = event.seq;
  const turnId = event.turn_id;
  if (turnId === undefined) return { outcome: 'give', item: event };
  if (event.type === 'turn_state') {
    if (event.state === 'running') {
      const step = position.live?.turnId === turnId ? position.live.step : 0;
      position.live = { turnId, attempt: event.attempt, step };
    } else if (finalTurnStates.has(event.state) && position.live?.turnId === turnId) {
      delete position.live;
      delete position.text;
    }
  }
  if (event.type === 'agent_message' && position.live?.turnId === turnId) {
    position.live.step = event.step + 1;
    delete position.text;
  }
  return { outcome: 'give', item: event };
}

/** Moves over journaled text. A piece of a finished step, or of an attempt that another replaced, is passed over. */
export function givePiece(position: SessionPosition, piece: JournalRecord): Step<TextDelta> {
  const { live, text } = position;
  if (!live || live.turnId !== piece.turn_id) return { outcome: 'have' };
  if (piece.attempt < live.attempt || piece.step !== live.step) return { outcome: 'have' };
  const continues = text?.attempt === piece.attempt && text.step === piece.step;
  const given = continues ? text.offset : 0;
  const end = piece.offset + piece.text.length;
  if (end <= given) return { outcome: 'have' };
  if (piece.offset > given) return { outcome: 'gap' };
  position.text = { turnNo: piece.turn_no, attempt: piece.attempt, step: piece.step, offset: end };
  return {
    outcome: 'give',
    item: {
      type: 'text_delta',
      session_id: piece.session_id,
      turn_id: piece.turn_id,
      turn_no: piece.turn_no,
      attempt: piece.attempt,
      step: piece.step,
      offset: given,
      text: piece.text.slice(given - piece.offset),
    },
  };
}

/** Catches up with the running step as the store has it: what the reader lacks of its text, all of it when it followed another
 *  attempt or step. */
export function giveRunning(
  position: SessionPosition,
  sessionId: string,
  running: RunningRecord | undefined,
): TextDelta | undefined {
  if (!running) {
    delete position.live;
    delete position.text;
    return undefined;
  }
  const { text } = position;
  const follows =
    text?.turnNo === running.turn_no &&
    text.attempt === running.attempt &&
    text.step === running.step &&
    text.offset <= running.text.length;
  const given = follows ? text.offset : 0;
  position.live = { turnId: running.turn_id, attempt: running.attempt, step: running.step };
  if (running.text.length === 0) {
    delete position.text;
    return undefined;
  }
  position.text = {
    turnNo: running.turn_no,
    attempt: running.attempt,
    step: running.step,
    offset: running.text.length,
  };
  if (given === running.text.length) return undefined;
  return {
    type: 'text_delta',
    session_id: sessionId,
    turn_id: running.turn_id,
    turn_no: running.turn_no,
    attempt: running.attempt,
    step: running.step,
    offset: given,
    text: running.text.slice(given),
  };
}
