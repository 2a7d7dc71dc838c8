import { z } from 'zod';
import { sha256 } from '../ids.ts';
import type { Identity } from './identity.ts';

/** How long the second step of a sign-in may take. */
const challengeMs = 5 * 60_000;
const place = { purpose: 'sign-in challenge', of: 'second factor' };
const sealed = z.strictObject({
  username: z.string(),
  password: z.string(),
  /** Of the same password, to be stored with the login. */
  newHash: z.string().optional(),
  untilMs: z.number(),
});

/** Says that the password was right, for the second step of the same sign-in. It opens nothing by itself, and is void once the password is another.
 *  @param newHash  of the password, when the stored one is weak: only the first step sees the password */
export function newChallenge(
  { sealing, clock }: Pick<Identity, 'sealing' | 'clock'>,
  user: { username: string; password_hash: string },
  newHash: string | undefined,
): string {
  const untilMs = clock.nowMs() + challengeMs;
  return sealing.seal(
    place,
    JSON.stringify({ username: user.username, password: sha256(user.password_hash), newHash, untilMs }),
  );
}

/** Whom a challenge was given to; undefined for one that is none, too old or void. */
export async function openChallenge(
  { sealing, clock, store }: Pick<Identity, 'sealing' | 'clock' | 'store'>,
  challenge: string,
) {
  const text = sealing.open(place, challenge);
  if (text === undefined) return undefined;
  const { username, password, newHash, untilMs } = sealed.parse(JSON.parse(text));
  if (clock.nowMs() >= untilMs) return undefined;
  const user = await store.read.userByName({ username });
  return user && user.is_active === 1 && sha256(user.password_hash) === password ? { user, newHash } : undefined;
}
