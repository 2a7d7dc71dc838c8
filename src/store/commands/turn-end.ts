import { sql } from 'kysely';
import type { TurnState } from '../../contract/events.ts';
import { all, type Db, first, run, type Script } from '../script.ts';
import { appendEvents, type DraftEvent, nextRev, shownText } from './append-events.ts';
import { countEndedTurn } from '../usage/count-usage.ts';
import { endAttempt } from './end-attempt.ts';

type EndingTurn = {
  turn_id: string;
  session_id: string;
  state: string;
  attempt: number;
  fence: number;
  step: number;
  journal_from: number;
};

export type EndArgs = { state: Extract<TurnState, 'cancelled' | 'failed' | 'interrupted'>; code?: string; at: string };

/** Ends a turn that did not finish its answer: the text shown so far stays, with its citations, as a partial message; the fence rises so that
 *  its owner can write no more. */
export function* endTurnPartially(db: Db, turn: EndingTurn, args: EndArgs): Script<void> {
  const shown = turn.attempt > 0 ? yield* shownText(db, turn) : { text: '', attempt: 0, citations: [] };
  const attempt = yield* first(
    db
      .selectFrom('turn_attempts')
      .select('model')
      .where('turn_id', '=', turn.turn_id)
      .where('attempt', '=', shown.attempt),
  );
  const fence = turn.fence + 1;
  yield* run(
    db
      .updateTable('turns')
      .set({
        state: args.state,
        code: args.code ?? null,
        fence,
        lease_owner: null,
        lease_boot: null,
        lease_until_ms: null,
        updated_at: args.at,
      })
      .where('turn_id', '=', turn.turn_id),
  );
  const message: DraftEvent[] =
    shown.text === ''
      ? []
      : [
          {
            type: 'agent_message',
            payload: {
              step: turn.step,
              final: true,
              text: shown.text,
              citations: shown.citations,
              model: attempt?.model ?? '',
              usage: { input_tokens: 0, output_tokens: 0 },
              partial: true,
            },
          },
        ];
  yield* appendEvents(db, {
    sessionId: turn.session_id,
    events: [
      ...message,
      {
        type: 'turn_state',
        payload: { state: args.state, attempt: turn.attempt, ...(args.code !== undefined && { code: args.code }) },
      },
    ],
    at: args.at,
    actor: 'system',
    mark: { turnId: turn.turn_id, attempt: turn.attempt, fence },
  });
  if (turn.attempt > 0) yield* endAttempt(db, turn, { outcome: args.state, at: args.at });
  yield* countEndedTurn(db, turn.turn_id);
}

export const endingTurnColumns = [
  'turn_id',
  'session_id',
  'state',
  'attempt',
  'fence',
  'step',
  'journal_from',
] as const;

/** Cancels whatever is queued, running or waiting in a session; gives how many turns that were. */
export function* cancelUnfinishedTurns(db: Db, args: { sessionId: string; at: string; code: string }): Script<number> {
  return yield* cancelTurns(db, yield* all(unfinishedTurns(db).where('session_id', '=', args.sessionId)), args);
}

/** Cancels whatever somebody asked for and has no answer yet, in every session. */
export function* cancelTurnsOf(db: Db, args: { userId: string; at: string; code: string }): Script<void> {
  yield* cancelTurns(db, yield* all(unfinishedTurns(db).where('author_user_id', '=', args.userId)), args);
}

/** Cancels what people asked for in sessions that they may write in no more: in some sessions, or of some people. */
export function* cancelTurnsOfStrangers(
  db: Db,
  { column, ids, at }: { column: 'session_id' | 'author_user_id'; ids: readonly string[]; at: string },
): Script<void> {
  const turns = yield* all(
    unfinishedTurns(db)
      .where(column, 'in', [...ids])
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('session_members as m')
              .select('m.user_id')
              .whereRef('m.user_id', '=', 'turns.author_user_id')
              .whereRef('m.session_id', '=', 'turns.session_id')
              .where('m.level', 'in', ['owner', 'write']),
          ),
        ),
      ),
  );
  yield* cancelTurns(db, turns, { code: 'not_shared', at });
}

/** Index: turns_unfinished, which SQLite takes for states that are written out alone. */
function unfinishedTurns(db: Db) {
  return db
    .selectFrom('turns')
    .select(endingTurnColumns)
    .where('state', 'in', [sql.lit('queued'), sql.lit('running'), sql.lit('waiting_approval')])
    .orderBy('position');
}

function* cancelTurns(
  db: Db,
  turns: readonly EndingTurn[],
  { code, at }: { code: string; at: string },
): Script<number> {
  for (const turn of turns) yield* endTurnPartially(db, turn, { state: 'cancelled', code, at });
  for (const sessionId of new Set(turns.map((turn) => turn.session_id))) {
    yield* run(db.updateTable('user_sessions').set({ rev: nextRev }).where('session_id', '=', sessionId));
  }
  return turns.length;
}
