import type { Actor } from '../access/actor.ts';
import { AppError } from '../errors.ts';
import { sha256 } from '../ids.ts';
import { keyPrefix } from './api-keys.ts';
import type { Identity } from './identity.ts';

/** How exactly the last use is known. */
const touchEveryMs = 60_000;
const keyPattern = new RegExp(`^${keyPrefix}[\\w-]{43}$`);

export function isApiKey(secret: string): boolean {
  return secret.startsWith(keyPrefix);
}

/** Who a key acts for, and with which scopes; undefined for a key that is unknown, revoked, expired, or of a user who is not active.
 *  Failures of what looks like a key are counted for the client's network, and told to wait once they are too many. A good key is let
 *  through all the same: 256 bits are not guessed, and a forgotten script must not lock out everybody behind its address.
 *  @throws AppError too_many_requests, store_unavailable */
export async function authenticateKey(
  { store, clock, log, throttle }: Pick<Identity, 'store' | 'clock' | 'log' | 'throttle'>,
  key: string,
  address: string,
): Promise<Actor | undefined> {
  if (!keyPattern.test(key)) return undefined;
  const nowMs = clock.nowMs();
  const now = new Date(nowMs).toISOString();
  const found = await store.read.userForKey({ keyHash: sha256(key), now });
  if (!found) {
    const slowed = throttle.failKey(address);
    if (!slowed) return undefined;
    throw new AppError('too_many_requests', {
      detail: 'Too many requests from your network with an API key that is not valid. Check the key.',
      retryAfterSeconds: slowed.retryAfterSeconds,
    });
  }
  const notSince = new Date(nowMs - touchEveryMs).toISOString();
  if (found.key_used_at === null || found.key_used_at < notSince) {
    store.write
      .touchApiKey({ keyId: found.key_id, at: now, notSince })
      .catch((error: unknown) => log.warn('key_use_not_noted', { reason: String(error) }));
  }
  return {
    userId: found.id,
    username: found.username,
    displayName: found.display_name,
    role: found.role,
    tokenId: '',
    apiKey: { id: found.key_id, scopes: found.scopes },
  };
}
