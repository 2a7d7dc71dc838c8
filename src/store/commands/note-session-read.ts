import { command } from '../command.ts';
import { type Db, first, type Script } from '../script.ts';
import { nextRev } from './append-events.ts';
import { type Change, recordAudit } from './record-audit.ts';

/** Records that somebody is about to read what was said in a session that is not theirs, and why; its members' pages hear of it. What is
 *  read is read after this commit: there is no content without a record. Gives whose session it is; nothing for one that is not
 *  there or deleted. */
export const noteSessionRead = command(
  ['sessions', 'audit'],
  function* (
    db: Db,
    args: Change & { sessionId: string; reason: string },
  ): Script<{ username: string; title: string } | undefined> {
    const session = yield* first(
      db
        .updateTable('user_sessions')
        .set({ rev: nextRev })
        .where('session_id', '=', args.sessionId)
        .where('deleted_at', 'is', null)
        .returning(['user_id', 'title']),
    );
    if (!session) return undefined;
    yield* recordAudit(db, {
      ...args,
      action: 'session.read',
      object: { kind: 'session', id: args.sessionId },
      personal: { reason: args.reason },
    });
    const owner =
      session.user_id !== null &&
      (yield* first(db.selectFrom('users').select('username').where('id', '=', session.user_id)));
    return { username: owner ? owner.username : '', title: session.title };
  },
);
