import { type LoginOrigin, originOf } from './begin-login.ts';
import type { Identity } from './identity.ts';
import type { Refusals } from './refusal-meter.ts';

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
