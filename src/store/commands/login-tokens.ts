import { command } from '../command.ts';
import { type Db, first, run, type Script } from '../script.ts';

export type PutLoginTokenArgs = {
  tokenId: string;
  /** SHA-256 of the token, lower-case hex. */
  tokenHash: string;
  userId: string;
  /** The stored hash the password was checked against. */
  verifiedHash: string;
  /** Replaces it, when it was made with weaker parameters. */
  newHash?: string;
  expiresAt: string;
  userAgent: string;
  address: string;
  at: string;
};

/** Stores a login. `refused` when the user was deactivated, deleted or given another password since the password was checked. The user's
 *  expired tokens are removed. */
export const putLoginToken = command([], function* (db: Db, args: PutLoginTokenArgs): Script<'stored' | 'refused'> {
  const user = yield* first(
    db
      .updateTable('users')
      .set({ last_login_at: args.at, ...(args.newHash !== undefined && { password_hash: args.newHash }) })
      .where('id', '=', args.userId)
      .where('password_hash', '=', args.verifiedHash)
      .where('is_active', '=', 1)
      .where('deleted_at', 'is', null)
      .returning('id'),
  );
  if (!user) return 'refused';
  yield* run(db.deleteFrom('login_tokens').where('user_id', '=', args.userId).where('expires_at', '<=', args.at));
  yield* run(
    db.insertInto('login_tokens').values({
      id: args.tokenId,
      token_hash: args.tokenHash,
      user_id: args.userId,
      created_at: args.at,
      expires_at: args.expiresAt,
      last_used_at: args.at,
      user_agent: args.userAgent,
      address: args.address,
      revoked_at: null,
    }),
  );
  return 'stored';
});

/** Ends one login. Ending it again changes nothing. */
export const revokeLoginToken = command(
  ['access'],
  function* (db: Db, args: { tokenId: string; at: string }): Script<void> {
    yield* run(
      db
        .updateTable('login_tokens')
        .set({ revoked_at: args.at })
        .where('id', '=', args.tokenId)
        .where('revoked_at', 'is', null),
    );
  },
);

/** Ends every login of a user. */
export function* revokeTokensOf(db: Db, args: { userId: string; at: string }): Script<void> {
  yield* run(
    db
      .updateTable('login_tokens')
      .set({ revoked_at: args.at })
      .where('user_id', '=', args.userId)
      .where('revoked_at', 'is', null),
  );
}

/** Notes the use of a login, unless one after `notSince` is noted already. */
export const touchLoginToken = command(
  [],
  function* (db: Db, args: { tokenId: string; at: string; notSince: string }): Script<void> {
    yield* run(
      db
        .updateTable('login_tokens')
        .set({ last_used_at: args.at })
        .where('id', '=', args.tokenId)
        .where('revoked_at', 'is', null)
        .where('last_used_at', '<', args.notSince),
    );
  },
);
