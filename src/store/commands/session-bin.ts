import { AppError } from '../../errors.ts';
import { command } from '../command.ts';
import { mustKeepSession } from '../holds/held.ts';
import { type Db, first, run, type Script } from '../script.ts';
import { nextRev } from './append-events.ts';
import { markForErasing } from './erase-sessions.ts';
import type { Change } from './record-audit.ts';

type Args = Change & { sessionId: string; userId: string };

/** Takes a session out of its owner's bin as it was put there; turns that the deletion cancelled stay cancelled. Gives whether it was in it. */
export const restoreSession = command(['sessions'], function* (db: Db, args: Args): Script<boolean> {
  if (!(yield* isInBin(db, args))) return false;
  yield* run(
    db.updateTable('user_sessions').set({ deleted_at: null, rev: nextRev }).where('session_id', '=', args.sessionId),
  );
  return true;
});

/** Deletes a session in its owner's bin for good: what it holds is cleared from here on. Gives whether it was in it.
 *  @throws AppError on_hold */
export const purgeSession = command(['sessions'], function* (db: Db, args: Args): Script<boolean> {
  if (!(yield* isInBin(db, args))) return false;
  if (yield* mustKeepSession(db, args.sessionId)) throw new AppError('on_hold');
  yield* markForErasing(db, args.sessionId, args.at);
  return true;
});

function* isInBin(db: Db, { sessionId, userId }: Args): Script<boolean> {
  const row = yield* first(
    db
      .selectFrom('user_sessions as s')
      .innerJoin('session_members as m', 'm.session_id', 's.session_id')
      .select('s.session_id')
      .where('s.session_id', '=', sessionId)
      .where('m.user_id', '=', userId)
      .where('m.level', '=', 'owner')
      .where('s.deleted_at', 'is not', null)
      .where('s.erase_at', 'is', null),
  );
  return row !== undefined;
}
