import type { Actor } from '../access/actor.ts';
import type { Clock } from '../clock.ts';
import type { AdminUser, Me } from '../contract/auth.ts';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Sealing } from '../sealing.ts';
import type { UserRecord } from '../store/queries/users.ts';
import type { Store } from '../store/store.ts';
import type { LoginThrottle } from './login-throttle.ts';
import type { Passwords } from './passwords.ts';

/** What everything about accounts needs. */
export type Identity = {
  store: Store;
  clock: Clock;
  log: Log;
  passwords: Passwords;
  throttle: LoginThrottle;
  sealing: Sealing;
  /** Of codes of second factors, for each user. */
  codeThrottle: LoginThrottle;
};

/** A person as they see themselves. */
export function toMe({ id, username, display_name, role, email }: UserRecord): Me {
  return { id, username, display_name, role, ...(email !== null && { email }) };
}

/** Whoever is signed in, as they see themselves.
 *  @throws AppError unauthenticated when they were deleted meanwhile */
export async function meOf({ store }: Pick<Identity, 'store'>, { userId }: Pick<Actor, 'userId'>): Promise<Me> {
  const user = await store.read.userById({ userId });
  if (!user) throw new AppError('unauthenticated');
  return toMe(user);
}

/** A person as an administrator sees them. */
export function toAdminUser(user: UserRecord): AdminUser {
  return {
    ...toMe(user),
    email: user.email,
    has_second_factor: user.has_second_factor === 1,
    is_active: user.is_active === 1,
    created_at: user.created_at,
    last_login_at: user.last_login_at,
  };
}
