import { finalTurnStates, type StreamedEvent } from '../../src/contract/events.ts';
import { queryDatabase, type Row } from '../database.ts';

/** A turn that was running at some moment, and where its session's log ended then. */
export type RunningTurn = { turnId: string; attempt: number; lastSeq: number };

/** Finds the turns that run in a store, which a server may be serving. */
export const selectRunning = `select t.turn_id, t.attempt, s.last_seq
  from turns t join user_sessions s on s.session_id = t.session_id where t.state = 'running'`;

export const toRunningTurn = (row: Row): RunningTurn => ({
  turnId: String(row.turn_id),
  attempt: Number(row.attempt),
  lastSeq: Number(row.last_seq),
});

/** The turns that run in a file. */
export function runningTurns(databasePath: string): RunningTurn[] {
  return queryDatabase(databasePath, selectRunning).map(toRunningTurn);
}

/** Whether a person sees by this event that the turn goes on. What is only replayed does not count, nor does a claim alone. */
export function isNews(event: StreamedEvent, { attempt, lastSeq }: RunningTurn): boolean {
  if (event.type === 'text_delta') return event.attempt > attempt;
  return event.seq > lastSeq && (event.type !== 'turn_state' || finalTurnStates.has(event.state));
}
