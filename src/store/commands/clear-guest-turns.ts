import { encodeJson } from '../json.ts';
import { all, type Db, first, run, type Script } from '../script.ts';
import { countAsGone } from '../usage/count-usage.ts';
import { nextRev } from './append-events.ts';
import { forgetTurn } from './message-words.ts';

/** What of a turn was said by its author or to them. */
const saidTypes = [
  'user_message',
  'tool_call',
  'tool_result',
  'agent_message',
  'approval_requested',
  'approval_decided',
];
/** In the place of a turn's hash once nothing that was said is left of it. */
const cleared = '';
const maxTurns = 20;

/** Takes a bite out of what somebody wrote in sessions of others, and was answered there: the turns stay as facts, their events as places in
 *  the log. Gives whether there was any. */
export function* clearGuestTurns(db: Db, { userId, at }: { userId: string; at: string }): Script<boolean> {
  const place = yield* first(
    db.selectFrom('session_authors').select('session_id').where('user_id', '=', userId).orderBy('session_id').limit(1),
  );
  if (!place) return false;
  const sessionId = place.session_id;
  const turns = yield* all(
    db
      .selectFrom('turns')
      .select(['turn_id', 'turn_no'])
      .where('session_id', '=', sessionId)
      .where('author_user_id', '=', userId)
      .where('request_hash', '<>', cleared)
      .limit(maxTurns),
  );
  for (const turn of turns) yield* clearTurn(db, { ...turn, sessionId, at });
  if (turns.length < maxTurns) {
    yield* run(db.deleteFrom('session_authors').where('user_id', '=', userId).where('session_id', '=', sessionId));
  }
  return true;
}

function* clearTurn(
  db: Db,
  {
    turn_id: turnId,
    turn_no: turnNo,
    sessionId,
    at,
  }: { turn_id: string; turn_no: number; sessionId: string; at: string },
): Script<void> {
  yield* countAsGone(db, { turnId });
  const events = yield* all(
    db
      .updateTable('session_events')
      .set({ payload: encodeJson({ redacted: 'erased', at }) })
      .where('turn_id', '=', turnId)
      .where('session_id', '=', sessionId)
      .where('type', 'in', saidTypes)
      .returning('blob_id'),
  );
  const blobs = events.flatMap(({ blob_id }) => (blob_id === null ? [] : [blob_id]));
  if (blobs.length > 0) {
    yield* run(db.updateTable('session_events').set({ blob_id: null }).where('turn_id', '=', turnId));
    yield* run(db.deleteFrom('blobs').where('blob_id', 'in', blobs));
  }
  yield* run(db.deleteFrom('citations').where('session_id', '=', sessionId).where('turn_id', '=', turnId));
  yield* forgetTurn(db, { sessionId, turnNo, at });
  yield* run(db.deleteFrom('adk_events').where('turn_id', '=', turnId));
  yield* run(db.deleteFrom('turn_journal').where('turn_id', '=', turnId));
  yield* run(db.updateTable('turns').set({ request_hash: cleared }).where('turn_id', '=', turnId));
  if (turnNo === 1) {
    yield* run(
      db
        .updateTable('user_sessions')
        .set({ title: '', rev: nextRev })
        .where('session_id', '=', sessionId)
        .where('title_is_set', '=', 0),
    );
  }
}
