import type { Actor } from '../access/actor.ts';
import { AppError } from '../errors.ts';
import type { UserRecord } from '../store/queries/users.ts';
import type { LoginOrigin } from './begin-login.ts';
import type { Identity } from './identity.ts';
import { beginAttempt } from './login-throttle.ts';
import { recordRefusals } from './record-refusals.ts';

/** Makes sure that whoever asks for something grave knows the account's password, and is not just at a screen left open. Wrong ones count
 *  as failed sign-ins do. Gives the user with the hash that was checked.
 *  @throws AppError wrong_password, too_many_requests, overloaded, store_unavailable; unauthenticated when the account ended meanwhile */
export async function confirmPassword(
  identity: Identity,
  actor: Actor,
  { password, address, userAgent }: { password: string } & LoginOrigin,
): Promise<UserRecord & { password_hash: string }> {
  const user = await identity.store.read.userByName({ username: actor.username });
  if (user?.id !== actor.userId) throw new AppError('unauthenticated');
  const attempt = beginAttempt(identity.throttle, { account: user.username.toLowerCase(), address });
  const verdict = await identity.passwords.check(password, user.password_hash).catch((error: unknown) => {
    attempt.withdraw();
    throw error;
  });
  if (verdict === 'wrong') {
    await recordRefusals(identity, { username: user.username, address, userAgent }, attempt.fail());
    throw new AppError('wrong_password');
  }
  attempt.succeed();
  return user;
}
