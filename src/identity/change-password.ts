import { type Actor, byOf } from '../access/actor.ts';
import type { LoginAnswer } from '../contract/auth.ts';
import { AppError } from '../errors.ts';
import { beginLogin, type LoginOrigin, toLoginAnswer } from './begin-login.ts';
import { confirmPassword } from './confirm-password.ts';
import { type Identity, toMe } from './identity.ts';

type PasswordChange = { currentPassword: string; newPassword: string; revokesKeys: boolean };

/** A user's change of their own password. Ends every login of theirs, this one too, and their API keys where they want it, and begins one login in its place. Wrong current passwords count as
 *  failed sign-ins do.
 *  @throws AppError wrong_password, weak_password, bad_request, too_many_requests, overloaded, passwords_off; unauthenticated when the login ended meanwhile */
export async function changePassword(
  identity: Identity,
  actor: Actor,
  { currentPassword, newPassword, revokesKeys, ...origin }: PasswordChange & LoginOrigin,
): Promise<LoginAnswer> {
  const { store, clock, passwords } = identity;
  const user = await confirmPassword(identity, actor, { password: currentPassword, ...origin });
  if (newPassword.normalize('NFKC') === currentPassword.normalize('NFKC')) {
    throw new AppError('bad_request', { detail: 'The new password is the current one. Choose another.' });
  }
  const passwordHash = await passwords.hashChosen(newPassword, [user.username, user.display_name]);
  const nowMs = clock.nowMs();
  const { token, login } = beginLogin(nowMs, origin);
  const outcome = await store.write.changePassword({
    userId: user.id,
    verifiedHash: user.password_hash,
    passwordHash,
    revokesKeys,
    login,
    at: new Date(nowMs).toISOString(),
    by: byOf(actor),
  });
  if (outcome === 'refused') throw new AppError('unauthenticated');
  if (outcome === 'passwords_off') throw new AppError(outcome);
  return toLoginAnswer(token, login, toMe(user));
}
