import { command } from '../command.ts';
import { all, type Db, first, run, type Script } from '../script.ts';
import { rulesNow } from '../retention/rules-now.ts';
import { binnedSessionsThatGo, temporaryThatGo } from '../retention/what-goes.ts';
import { nextRev } from './append-events.ts';
import { countAsGone } from '../usage/count-usage.ts';
import { forgetWords } from './message-words.ts';
import { forgetReasons } from './legal-holds.ts';
import { cancelUnfinishedTurns } from './turn-end.ts';

/** Marks sessions for erasing whose time is over, at most so many: deleted before a moment (null: those stay), or temporary until now.
 *  `keepDays` is the rule that the moment follows from: where another holds by now, none in the bin is taken. Gives how many. */
export const purgeDeletedSessions = command(
  ['sessions'],
  function* (
    db: Db,
    args: { deletedBefore: string | null; keepDays?: number | null; max: number; at: string },
  ): Script<number> {
    const isRule = args.keepDays === undefined || (yield* rulesNow(db)).session_bin === args.keepDays;
    const deleted =
      args.deletedBefore === null || !isRule
        ? []
        : yield* all(
            binnedSessionsThatGo(db, args.deletedBefore).select('s.session_id').orderBy('s.deleted_at').limit(args.max),
          );
    for (const { session_id } of deleted) yield* markForErasing(db, session_id, args.at);
    if (deleted.length === args.max) return args.max;
    const over = yield* all(
      temporaryThatGo(db, args.at)
        .select('s.session_id')
        .orderBy('s.temporary_until')
        .limit(args.max - deleted.length),
    );
    for (const { session_id } of over) yield* markForErasing(db, session_id, args.at);
    return deleted.length + over.length;
  },
);

/** From here on the session is deleted, nothing runs in it, and its title is gone. */
export function* markForErasing(db: Db, sessionId: string, at: string): Script<void> {
  yield* cancelUnfinishedTurns(db, { sessionId, at, code: 'session_deleted' });
  yield* countAsGone(db, { sessionId });
  yield* run(
    db
      .updateTable('user_sessions')
      .set((eb) => ({
        title: '',
        corpora: '[]',
        tags: '[]',
        deleted_at: eb.fn.coalesce('deleted_at', eb.val(at)),
        erase_at: at,
        rev: nextRev,
      }))
      .where('session_id', '=', sessionId),
  );
}

/** Removes at most so many rows of a session; its own row stays, with id, times and counts. Gives whether something is left. */
export function* clearSession(db: Db, args: { sessionId: string; maxRows: number; at: string }): Script<boolean> {
  let room = args.maxRows;
  for (const clear of parts) {
    room -= yield* clear(db, args.sessionId, room, args.at);
    if (room <= 0) return true;
  }
  // Why administrators read it.
  yield* run(
    db
      .updateTable('audit_log')
      .set({ personal: null, personal_salt: null })
      .where('object_id', '=', args.sessionId)
      .where('personal', 'is not', null),
  );
  // Why it was held.
  yield* forgetReasons(db, { kind: 'session', id: args.sessionId });
  yield* run(
    db
      .updateTable('user_sessions')
      .set({ title: '', corpora: '[]', tags: '[]', imported_from: null, erased_at: args.at })
      .where('session_id', '=', args.sessionId),
  );
  return false;
}

/** Removes up to `limit` rows and gives how many they were. */
type Clear = (db: Db, sessionId: string, limit: number, at: string) => Script<number>;

const turnIds = (db: Db, sessionId: string) =>
  db.selectFrom('turns').select('turn_id').where('session_id', '=', sessionId);

/** In an order in which no row refers to one that is gone. */
const parts: readonly Clear[] = [
  function* (db, sessionId, limit) {
    const rows = db.selectFrom('turn_journal').select('id').where('turn_id', 'in', turnIds(db, sessionId)).limit(limit);
    return (yield* all(db.deleteFrom('turn_journal').where('id', 'in', rows).returning('id'))).length;
  },
  function* (db, sessionId, limit) {
    const rows = db.selectFrom('blobs').select('blob_id').where('session_id', '=', sessionId).limit(limit);
    return (yield* all(db.deleteFrom('blobs').where('blob_id', 'in', rows).returning('blob_id'))).length;
  },
  function* (db, sessionId, limit) {
    const rows = db
      .selectFrom('citations')
      .select('seq')
      .where('session_id', '=', sessionId)
      .orderBy('seq')
      .limit(limit);
    return (yield* all(
      db.deleteFrom('citations').where('session_id', '=', sessionId).where('seq', 'in', rows).returning('seq'),
    )).length;
  },
  function* (db, sessionId, limit) {
    const rows = db.selectFrom('session_events').select('position').where('session_id', '=', sessionId).limit(limit);
    return (yield* all(db.deleteFrom('session_events').where('position', 'in', rows).returning('position'))).length;
  },
  // After the log: words are stored of messages that stand in it.
  (db, sessionId, limit, at) => forgetWords(db, { sessionId, limit, at }),
  function* (db, sessionId, limit) {
    const rows = db.selectFrom('adk_events').select('ordinal').where('session_id', '=', sessionId).limit(limit);
    return (yield* all(
      db.deleteFrom('adk_events').where('session_id', '=', sessionId).where('ordinal', 'in', rows).returning('ordinal'),
    )).length;
  },
  function* (db, sessionId) {
    return (yield* all(db.deleteFrom('agent_drafts').where('session_id', '=', sessionId).returning('version'))).length;
  },
  function* (db, sessionId) {
    return (yield* all(db.deleteFrom('session_grants').where('session_id', '=', sessionId).returning('subject_id')))
      .length;
  },
  function* (db, sessionId, limit) {
    const rows = db
      .selectFrom('session_members')
      .select('user_id')
      .where('session_id', '=', sessionId)
      .where('level', '<>', 'owner')
      .limit(limit);
    return (yield* all(
      db
        .deleteFrom('session_members')
        .where('session_id', '=', sessionId)
        .where('user_id', 'in', rows)
        .returning('user_id'),
    )).length;
  },
  function* (db, sessionId) {
    return (yield* all(db.deleteFrom('session_authors').where('session_id', '=', sessionId).returning('user_id')))
      .length;
  },
  function* (db, sessionId, limit) {
    const rows = db.selectFrom('session_visits').select('user_id').where('session_id', '=', sessionId).limit(limit);
    return (yield* all(
      db
        .deleteFrom('session_visits')
        .where('session_id', '=', sessionId)
        .where('user_id', 'in', rows)
        .returning('user_id'),
    )).length;
  },
  function* (db, sessionId) {
    return (yield* all(db.deleteFrom('session_state').where('session_id', '=', sessionId).returning('key'))).length;
  },
  function* (db, sessionId) {
    return (yield* all(db.deleteFrom('user_session_view').where('session_id', '=', sessionId).returning('user_id')))
      .length;
  },
  function* (db, sessionId) {
    return (yield* all(db.deleteFrom('adk_sessions').where('session_id', '=', sessionId).returning('session_id')))
      .length;
  },
  function* (db, sessionId, limit) {
    const rows = db.selectFrom('answer_feedback').select('turn_id').where('session_id', '=', sessionId).limit(limit);
    return (yield* all(
      db
        .deleteFrom('answer_feedback')
        .where('session_id', '=', sessionId)
        .where('turn_id', 'in', rows)
        .returning('turn_id'),
    )).length;
  },
  function* (db, sessionId, limit) {
    const turns = yield* all(turnIds(db, sessionId).orderBy('turn_no', 'desc').limit(limit));
    for (const { turn_id } of turns) {
      yield* run(db.deleteFrom('turn_attempts').where('turn_id', '=', turn_id));
      yield* run(db.deleteFrom('turns').where('turn_id', '=', turn_id));
    }
    return turns.length;
  },
];

/** An import that was not finished after so long never will be. */
const importMs = 3_600_000;

/** The next session whose rows go; not one that is being brought back. Index: user_sessions_erasing. */
export function* nextToClear(db: Db, at: string): Script<string | undefined> {
  const begunBefore = new Date(Date.parse(at) - importMs).toISOString();
  const row = yield* first(
    db
      .selectFrom('user_sessions as s')
      .select('s.session_id')
      .where('s.erase_at', 'is not', null)
      .where('s.erased_at', 'is', null)
      .where((eb) =>
        eb.or([
          eb('s.imported_from', 'is', null),
          eb('s.imported_at', 'is not', null),
          eb('s.erase_at', '<', begunBefore),
          eb.exists(
            eb
              .selectFrom('users as u')
              .select('u.id')
              .whereRef('u.id', '=', 's.user_id')
              .where('u.erase_at', 'is not', null),
          ),
        ]),
      )
      .orderBy('s.session_id')
      .limit(1),
  );
  return row?.session_id;
}
