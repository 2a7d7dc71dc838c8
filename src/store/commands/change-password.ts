import { command } from '../command.ts';
import { mayUsePassword } from '../queries/password-rule.ts';
import { readUser } from '../queries/users.ts';
import { type Db, first, type Script } from '../script.ts';
import { revokeKeysOf } from './api-keys.ts';
import { insertLogin, type NewLogin, revokeTokensOf } from './login-tokens.ts';
import { type Change, recordAudit } from './record-audit.ts';

export type ChangePasswordArgs = Change & {
  userId: string;
  /** The stored hash the current password was checked against. */
  verifiedHash: string;
  passwordHash: string;
  /** Whether the user's API keys end too. */
  revokesKeys: boolean;
  /** Takes the place of the login it is changed through, which ends with all others. */
  login: NewLogin;
};

/** A user's change of their own password: it ends every login, their keys where they want it, and begins one login. `refused` when the user
 *  was given another password since the current one was checked. `passwords_off`: the user's role signs in by the provider alone, and a login
 *  that a password begins would outlive the one it was begun with. */
export const changePassword = command(['access', 'audit'], function* (db: Db, args: ChangePasswordArgs): Script<
  'changed' | 'refused' | 'passwords_off'
> {
  const known = yield* readUser(db, args.userId);
  if (known && !(yield* mayUsePassword(db, known.role))) return 'passwords_off';
  const changed = yield* first(
    db
      .updateTable('users')
      .set({ password_hash: args.passwordHash, updated_at: args.at })
      .where('id', '=', args.userId)
      .where('password_hash', '=', args.verifiedHash)
      .where('is_active', '=', 1)
      .where('deleted_at', 'is', null)
      .returning('id'),
  );
  if (!changed) return 'refused';
  yield* revokeTokensOf(db, args);
  if (args.revokesKeys) yield* revokeKeysOf(db, args);
  yield* insertLogin(db, { ...args.login, userId: args.userId, at: args.at, limitedTo: null });
  yield* recordAudit(db, {
    ...args,
    action: 'user.password_changed',
    object: { kind: 'user', id: args.userId },
    ...(args.revokesKeys && { facts: { keys_revoked: true } }),
  });
  return 'changed';
});
