import type { AccountLogin } from '../contract/account.ts';
import type { By } from '../contract/audit.ts';
import { AppError } from '../errors.ts';
import { loginIdleMs } from './begin-login.ts';
import { deviceWords } from './device-words.ts';
import type { Identity } from './identity.ts';

type Ports = Pick<Identity, 'store' | 'clock'>;

/** Where a user is signed in, last used first.
 *  @param currentId  the login of whoever asks
 *  @throws AppError not_found */
export async function listLogins({ store, clock }: Ports, userId: string, currentId: string): Promise<AccountLogin[]> {
  if (!(await store.read.userById({ userId }))) throw new AppError('not_found');
  const nowMs = clock.nowMs();
  const logins = await store.scan.loginsOf({
    userId,
    now: new Date(nowMs).toISOString(),
    idleSince: new Date(nowMs - loginIdleMs).toISOString(),
  });
  return logins.map(({ user_agent, ...login }) => ({
    ...login,
    device: deviceWords(user_agent),
    is_current: login.id === currentId,
  }));
}

/** Ends one login of a user; its streams end within seconds.
 *  @throws AppError not_found for an unknown login, an ended one and one of somebody else */
export async function revokeLogin({ store, clock }: Ports, by: By, userId: string, loginId: string): Promise<void> {
  const ended = await store.write.revokeLogins({ userId, only: loginId, at: clock.now(), by });
  if (ended !== 1) throw new AppError('not_found');
}

/** Ends every login of a user, but the one named. Gives how many those were.
 *  @throws AppError not_found */
export async function revokeLogins({ store, clock }: Ports, by: By, userId: string, except?: string): Promise<number> {
  const change = { userId, at: clock.now(), by, ...(except !== undefined && { except }) };
  const ended = await store.write.revokeLogins(change);
  if (ended === 'not_found') throw new AppError('not_found');
  return ended;
}
