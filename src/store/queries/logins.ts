import { query } from '../command.ts';
import { all, type Db, type Script } from '../script.ts';

export type LoginRow = {
  id: string;
  created_at: string;
  last_used_at: string;
  expires_at: string;
  user_agent: string;
  address: string;
};

/** More than anybody has; the oldest by use are left out. */
const maxLogins = 500;

/** The logins of a user that can still be used, last used first. Index: login_tokens_user. */
export const loginsOf = query(function* (
  db: Db,
  args: { userId: string; now: string; idleSince: string },
): Script<LoginRow[]> {
  return yield* all(
    db
      .selectFrom('login_tokens')
      .select(['id', 'created_at', 'last_used_at', 'expires_at', 'user_agent', 'address'])
      .where('user_id', '=', args.userId)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', args.now)
      .where('last_used_at', '>', args.idleSince)
      .orderBy('last_used_at', 'desc')
      .orderBy('id')
      .limit(maxLogins),
  );
});
