import { command } from '../command.ts';
import { type Db, first, run, type Script } from '../script.ts';
import { nextRev } from './append-events.ts';
import { type BeginImportArgs, insertUnseen, isActiveUser, isUnderWay } from './import-session.ts';
import type { Change } from './record-audit.ts';

/** What is copied: a session that the person is a member of, up to one of its turns. */
type Source = { sessionId: string; turnId: string };

export type BeginForkArgs = Change & Omit<BeginImportArgs, 'importedFrom' | 'deletedAt' | 'at'> & { source: Source };

/** Begins a session that is the copy of another up to a turn. Like an import it is stored in bites, by `storeImported`, and seen once it
 *  is finished. One that was made under this id before is there already. */
export const beginFork = command(['sessions'], function* (db: Db, args: BeginForkArgs): Script<
  'begun' | 'already_here' | 'under_way' | 'not_found'
> {
  if (!(yield* isActiveUser(db, args.userId))) return 'not_found';
  if (!(yield* mayRead(db, args))) return 'not_found';
  const there = yield* first(
    db.selectFrom('user_sessions').select('erase_at').where('session_id', '=', args.sessionId),
  );
  if (there) return there.erase_at === null ? 'already_here' : 'under_way';
  yield* insertUnseen(db, { ...args, importedFrom: args.source.sessionId, deletedAt: null });
  return 'begun';
});

export type FinishForkArgs = Change & {
  sessionId: string;
  userId: string;
  source: Source;
  title: string;
  turns: number;
  events: number;
  /** Questions and final answers. */
  messages: number;
};

/** Shows a copy whose bites are all stored. */
export const finishFork = command(['sessions'], function* (db: Db, args: FinishForkArgs): Script<
  'forked' | 'not_found'
> {
  if (!(yield* isUnderWay(db, args)) || !(yield* mayRead(db, args))) return 'not_found';
  yield* run(
    db
      .updateTable('user_sessions')
      .set({
        title: args.title,
        message_count: args.messages,
        user_query_count: args.turns,
        last_seq: args.events,
        last_turn_no: args.turns,
        rev: nextRev,
        deleted_at: null,
        erase_at: null,
        imported_from: null,
      })
      .where('session_id', '=', args.sessionId),
  );
  return 'forked';
});

function* mayRead(db: Db, { userId, source }: { userId: string; source: Source }): Script<boolean> {
  const turn = yield* first(
    db
      .selectFrom('turns as t')
      .innerJoin('user_sessions as s', 's.session_id', 't.session_id')
      .innerJoin('session_members as m', 'm.session_id', 't.session_id')
      .select('t.turn_id')
      .where('t.turn_id', '=', source.turnId)
      .where('t.session_id', '=', source.sessionId)
      .where('m.user_id', '=', userId)
      .where('s.deleted_at', 'is', null),
  );
  return turn !== undefined;
}
