import { AppError } from '../errors.ts';
import { type LoginOrigin, originOf } from './begin-login.ts';
import type { Identity } from './identity.ts';
import type { Attempt } from './login-throttle.ts';
import type { Refusals } from './refusal-meter.ts';

/** One try of a password, however it is asked for.
 *  @throws AppError too_many_requests */
export function beginAttempt(
  { throttle }: Pick<Identity, 'throttle'>,
  { username, address }: { username: string; address: string },
): Attempt {
  const attempt = throttle.begin({ account: username.toLowerCase(), address });
  if (!('retryAfterSeconds' in attempt)) return attempt;
  throw new AppError('too_many_requests', {
    detail: 'Too many attempts with a wrong password. Wait and try again.',
    retryAfterSeconds: attempt.retryAfterSeconds,
  });
}

/** What cannot be recorded is logged: the answer stays that of a wrong password. */
export async function recordRefusals(
  { store, clock, log }: Pick<Identity, 'store' | 'clock' | 'log'>,
  { username, ...origin }: { username: string } & LoginOrigin,
  refusals: Refusals | undefined,
): Promise<void> {
  if (!refusals) return;
  await store.write
    .noteRefusedSignIns({ ...refusals, username, ...originOf(origin), at: clock.now() })
    .catch((error: unknown) => log.warn('refused_sign_ins_not_recorded', { reason: String(error) }));
}
