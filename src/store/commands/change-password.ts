import { command } from '../command.ts';
import { type Db, first, run, type Script } from '../script.ts';
import { insertLogin, type NewLogin, revokeTokensOf } from './login-tokens.ts';
import { type Change, recordAudit } from './record-audit.ts';

export type ChangePasswordArgs = Change & {
  userId: string;
  /** The login it is changed through; it ends with all others. */
  oldTokenId: string;
  /** The stored hash the current password was checked against. */
  verifiedHash: string;
  passwordHash: string;
  /** Takes the place of the login it is changed through. */
  login: NewLogin;
};

/** A user's change of their own password: it ends every login and begins one. `refused` when the login ended, or the user was deactivated or
 *  given another password, since the current one was checked. */
export const changePassword = command(['access', 'audit'], function* (db: Db, args: ChangePasswordArgs): Script<
  'changed' | 'refused'
> {
  const live = yield* first(
    db
      .selectFrom('login_tokens as t')
      .innerJoin('users as u', 'u.id', 't.user_id')
      .select('u.id')
      .where('t.id', '=', args.oldTokenId)
      .where('t.user_id', '=', args.userId)
      .where('t.revoked_at', 'is', null)
      .where('u.password_hash', '=', args.verifiedHash)
      .where('u.is_active', '=', 1)
      .where('u.deleted_at', 'is', null),
  );
  if (!live) return 'refused';
  yield* run(
    db
      .updateTable('users')
      .set({ password_hash: args.passwordHash, updated_at: args.at })
      .where('id', '=', args.userId),
  );
  yield* revokeTokensOf(db, args);
  yield* insertLogin(db, { ...args.login, userId: args.userId, at: args.at, limitedTo: null });
  yield* recordAudit(db, { ...args, action: 'user.password_changed', object: { kind: 'user', id: args.userId } });
  return 'changed';
});
