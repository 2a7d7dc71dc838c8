import { finalTurnStates, type TurnState } from '../../contract/events.ts';
import type { Rating } from '../../contract/feedback.ts';
import { command } from '../command.ts';
import { type Db, first, run, type Script } from '../script.ts';
import { countFeedback } from '../usage/count-usage.ts';
import { nextRev } from './append-events.ts';
import type { Change } from './record-audit.ts';

type OfAnswer = { sessionId: string; turnId: string; userId: string };

/** Keeps what a member of a session thinks of an answer, in place of what they thought before. A turn that is under way or ended without a
 *  word has none. */
export const putFeedback = command(
  ['sessions'],
  function* (
    db: Db,
    args: Change & OfAnswer & { rating: Rating; reason: string },
  ): Script<'stored' | 'not_found' | 'no_answer'> {
    const { sessionId, turnId, userId, rating, reason, at } = args;
    const turn = yield* turnOfMember(db, args);
    if (!turn) return 'not_found';
    if (!finalTurnStates.has(turn.state as TurnState) || !(yield* hasAnswer(db, turnId))) return 'no_answer';
    yield* countFeedback(db, { turnId, userId, sign: -1 });
    yield* run(
      db
        .insertInto('answer_feedback')
        .values({
          session_id: sessionId,
          turn_id: turnId,
          user_id: userId,
          rating,
          reason,
          created_at: at,
          updated_at: at,
        })
        .onConflict((conflict) =>
          conflict.columns(['session_id', 'turn_id', 'user_id']).doUpdateSet({ rating, reason, updated_at: at }),
        ),
    );
    yield* countFeedback(db, { turnId, userId, sign: 1 });
    yield* tellOtherPages(db, sessionId);
    return 'stored';
  },
);

/** Takes back what a member thought of an answer; nothing, where they thought nothing. */
export const removeFeedback = command(['sessions'], function* (db: Db, args: Change & OfAnswer): Script<
  'removed' | 'not_found'
> {
  if (!(yield* turnOfMember(db, args))) return 'not_found';
  yield* countFeedback(db, { turnId: args.turnId, userId: args.userId, sign: -1 });
  const removed = yield* first(
    db
      .deleteFrom('answer_feedback')
      .where('session_id', '=', args.sessionId)
      .where('turn_id', '=', args.turnId)
      .where('user_id', '=', args.userId)
      .returning('turn_id'),
  );
  if (removed) yield* tellOtherPages(db, args.sessionId);
  return 'removed';
});

function turnOfMember(db: Db, { sessionId, turnId, userId }: OfAnswer): Script<{ state: string } | undefined> {
  return first(
    db
      .selectFrom('turns as t')
      .innerJoin('user_sessions as s', 's.session_id', 't.session_id')
      .innerJoin('session_members as m', 'm.session_id', 't.session_id')
      .select('t.state')
      .where('t.turn_id', '=', turnId)
      .where('t.session_id', '=', sessionId)
      .where('m.user_id', '=', userId)
      .where('s.deleted_at', 'is', null),
  );
}

function* hasAnswer(db: Db, turnId: string): Script<boolean> {
  const message = yield* first(
    db
      .selectFrom('session_events')
      .select('seq')
      .where('turn_id', '=', turnId)
      .where('type', '=', 'agent_message')
      .limit(1),
  );
  return message !== undefined;
}

/** The session's row goes to every page that shows it, which then asks anew. */
function tellOtherPages(db: Db, sessionId: string): Script<void> {
  return run(db.updateTable('user_sessions').set({ rev: nextRev }).where('session_id', '=', sessionId));
}
