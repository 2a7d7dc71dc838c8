import type { Actor } from '../access/actor.ts';
import type { OwnerProof } from '../contract/personal-data.ts';
import { AppError } from '../errors.ts';
import type { LoginOrigin } from './begin-login.ts';
import { confirmPassword } from './confirm-password.ts';
import type { Identity } from './identity.ts';
import { listLogins } from './logins.ts';

/** How old a sign-in may be that stands for a password. */
const recentMs = 5 * 60_000;

/** What shows that whoever asks for something that cannot be undone is the owner of the account: the password, or where the provider of the
 *  single sign-on answers for them and there is none, that they have just signed in.
 *  @throws AppError unauthenticated when the account ended meanwhile */
export async function proofOfOwner({ store }: Pick<Identity, 'store'>, actor: Actor): Promise<OwnerProof> {
  const user = await store.read.userByName({ username: actor.username });
  if (user?.id !== actor.userId) throw new AppError('unauthenticated');
  return user.password_hash === '' ? 'recent_sign_in' : 'password';
}

/** @throws AppError sign_in_again where there is no password; else as `confirmPassword` */
export async function confirmOwner(
  identity: Identity,
  actor: Actor,
  { password = '', ...origin }: { password?: string } & LoginOrigin,
): Promise<void> {
  if ((await proofOfOwner(identity, actor)) === 'password') {
    await confirmPassword(identity, actor, { password, ...origin });
    return;
  }
  const login = (await listLogins(identity, actor.userId, actor.tokenId)).find(({ is_current }) => is_current);
  const isRecent = login && identity.clock.nowMs() - Date.parse(login.created_at) < recentMs;
  if (!isRecent) throw new AppError('sign_in_again');
}
