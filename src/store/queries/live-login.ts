import { query } from '../command.ts';
import { type Db, type Script, statement } from '../script.ts';

/** Whether a login that opened a stream may keep it: its token lives, its user is active, and the role is the one it had.
 *  Asked for every open stream again and again. */
export const loginIsLive = query(function* (
  db: Db,
  args: { tokenId: string; role: string; now: string },
): Script<boolean> {
  return (yield* liveLogin.first(db, args)) !== undefined;
});

const liveLogin = statement<{ tokenId: string; role: string; now: string }>()((db, slots) =>
  db
    .selectFrom('login_tokens as t')
    .innerJoin('users as u', 'u.id', 't.user_id')
    .select('t.id')
    .where('t.id', '=', slots.tokenId)
    .where('t.revoked_at', 'is', null)
    .where('t.expires_at', '>', slots.now)
    .where('u.is_active', '=', 1)
    .where('u.deleted_at', 'is', null)
    .where('u.role', '=', slots.role),
);
