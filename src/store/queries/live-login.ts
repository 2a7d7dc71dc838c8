import { query } from '../command.ts';
import { type Db, first, type Script } from '../script.ts';

/** Whether a login that opened a stream may keep it: its token lives, its user is active, and the role is the one it had. */
export const loginIsLive = query(function* (
  db: Db,
  args: { tokenId: string; role: string; now: string },
): Script<boolean> {
  const row = yield* first(
    db
      .selectFrom('login_tokens as t')
      .innerJoin('users as u', 'u.id', 't.user_id')
      .select('t.id')
      .where('t.id', '=', args.tokenId)
      .where('t.revoked_at', 'is', null)
      .where('t.expires_at', '>', args.now)
      .where('u.is_active', '=', 1)
      .where('u.deleted_at', 'is', null)
      .where('u.role', '=', args.role),
  );
  return row !== undefined;
});
