import { AppError } from '../errors.ts';
import type { Identity } from './identity.ts';
import type { Totp } from './totp.ts';

/** Where the secret of a user's authenticator app is sealed for. */
export const totpPlace = (userId: string) => ({ purpose: 'second factor', of: userId });

/** A user's second factor, once it is on; where `isPending`, what was begun and is not on yet.
 *  @throws AppError store_unavailable when its secret does not open */
export async function openTotp(
  { store, sealing }: Pick<Identity, 'store' | 'sealing'>,
  userId: string,
  { isPending = false }: { isPending?: boolean } = {},
): Promise<(Totp & { sealed: string }) | undefined> {
  const record = await store.read.secondFactor({ userId });
  if (!record || (record.confirmed_at === null) !== isPending) return undefined;
  const secret = sealing.open(totpPlace(userId), record.secret);
  if (secret === undefined) {
    throw new AppError('store_unavailable', {
      detail: 'A stored secret does not open. An administrator can remove the authenticator app of this account.',
    });
  }
  return { userId, secret, lastStep: record.last_step, sealed: record.secret };
}
