import type { Actor } from '../access/actor.ts';
import type { Credential } from '../http/guard.ts';
import { sha256 } from '../ids.ts';
import { authenticateKey, isApiKey } from './authenticate-key.ts';
import { loginIdleMs } from './begin-login.ts';
import type { Identity } from './identity.ts';

/** How exactly the last use is known. */
const touchEveryMs = 60_000;
/** What `newSecret` makes. */
const tokenPattern = /^[\w-]{43}$/;

/** Who a request comes from, by its credential: a login's token in the bearer header or the cookie, or an API key in the bearer header or
 *  `x-api-key`.
 *  @throws AppError too_many_requests, store_unavailable */
export async function authenticateCredential(
  identity: Pick<Identity, 'store' | 'clock' | 'log' | 'throttle'>,
  { token, from }: Credential,
  { address }: { address: string },
): Promise<Actor | undefined> {
  if (from === 'x-api-key') return authenticateKey(identity, token, address);
  if (from === 'bearer' && isApiKey(token)) return authenticateKey(identity, token, address);
  return authenticate(identity, token);
}

/** Who a token stands for; undefined for a token that is unknown, revoked, expired, idle for too long, or of a user who is not active. Every call asks the
 *  store, so a revocation holds from the next call on. Its use is noted behind the answer's back: reading needs no write.
 *  @throws AppError store_unavailable */
export async function authenticate(
  identity: Pick<Identity, 'store' | 'clock' | 'log'>,
  token: string,
): Promise<Actor | undefined> {
  if (!tokenPattern.test(token)) return undefined;
  const nowMs = identity.clock.nowMs();
  const ago = (ms: number) => new Date(nowMs - ms).toISOString();
  const login = await identity.store.read.userForToken({
    tokenHash: sha256(token),
    now: ago(0),
    idleSince: ago(loginIdleMs),
  });
  if (!login) return undefined;
  if (login.last_used_at < ago(touchEveryMs)) {
    identity.store.write
      .touchLoginToken({ tokenId: login.token_id, at: ago(0), notSince: ago(touchEveryMs) })
      .catch((error: unknown) => identity.log.warn('login_use_not_noted', { reason: String(error) }));
  }
  return {
    userId: login.id,
    username: login.username,
    displayName: login.display_name,
    role: login.role,
    tokenId: login.token_id,
    ...(login.limited_to !== null && { limitedTo: 'enrolment' }),
  };
}
