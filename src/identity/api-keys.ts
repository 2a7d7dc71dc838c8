import { type Actor, byOf } from '../access/actor.ts';
import { actions, roleAdmits } from '../access/authorize.ts';
import { scopesFor } from '../access/key-scopes.ts';
import type { AccountKey, ApiScope, CreatedKey } from '../contract/account.ts';
import type { By } from '../contract/audit.ts';
import type { Role } from '../contract/auth.ts';
import { AppError } from '../errors.ts';
import { newId, newSecret, sha256 } from '../ids.ts';
import type { ApiKeyRecord } from '../store/queries/api-keys.ts';
import type { Identity } from './identity.ts';

type Ports = Pick<Identity, 'store' | 'clock'>;

/** What a key begins with, so that a scanner of secrets knows one where it should not be. */
export const keyPrefix = 'pdk_';
const defaultExpiryDays = 90;
/** Of one user, without expired ones. */
const maxKeys = 50;
const hintLength = keyPrefix.length + 4;
const dayMs = 24 * 3_600_000;

/** Makes a key of the actor's own. The answer alone holds it: its hash is stored.
 *  @throws AppError bad_request for a scope that the actor's role has no use for; conflict for too many keys; unauthenticated when the login
 *    ended meanwhile */
export async function createApiKey(
  { store, clock }: Ports,
  actor: Actor,
  input: { name: string; scopes: readonly ApiScope[]; expires_in_days?: number | undefined },
): Promise<CreatedKey> {
  const useless = input.scopes.filter((scope) => !offeredScopes(actor.role).includes(scope));
  if (useless.length > 0) {
    throw new AppError('bad_request', { detail: `Your role has no use for the scope ${useless.join(', ')}.` });
  }
  const nowMs = clock.nowMs();
  const key = `${keyPrefix}${newSecret()}`;
  const made = {
    id: newId(),
    name: input.name,
    hint: key.slice(0, hintLength),
    scopes: [...input.scopes],
    created_at: new Date(nowMs).toISOString(),
    expires_at: new Date(nowMs + (input.expires_in_days ?? defaultExpiryDays) * dayMs).toISOString(),
  };
  const outcome = await store.write.createApiKey({
    keyId: made.id,
    keyHash: sha256(key),
    hint: made.hint,
    userId: actor.userId,
    name: made.name,
    scopes: made.scopes,
    expiresAt: made.expires_at,
    maxKeys,
    at: made.created_at,
    by: byOf(actor),
  });
  if (outcome === 'too_many') {
    throw new AppError('conflict', { detail: `You have ${maxKeys} keys. Revoke one that is not needed any more.` });
  }
  return { ...made, last_used_at: null, is_expired: false, key };
}

/** The keys of a user, newest first; those that expired stay until they are revoked.
 *  @throws AppError not_found */
export async function listApiKeys({ store, clock }: Ports, userId: string): Promise<AccountKey[]> {
  if (!(await store.read.userById({ userId }))) throw new AppError('not_found');
  const now = clock.now();
  return (await store.scan.apiKeysOf({ userId })).map((record) => toAccountKey(record, now));
}

/** Ends a key of a user; its streams end within seconds.
 *  @throws AppError not_found for an unknown key, an ended one and one of somebody else */
export async function revokeApiKey({ store, clock }: Ports, by: By, userId: string, keyId: string): Promise<void> {
  const outcome = await store.write.revokeApiKey({ userId, keyId, at: clock.now(), by });
  if (outcome === 'not_found') throw new AppError('not_found');
}

/** The scopes that somebody of this role may give a key. */
export function offeredScopes(role: Role): ApiScope[] {
  return scopesFor(role, actions, roleAdmits);
}

function toAccountKey({ expires_at, ...record }: ApiKeyRecord, now: string): AccountKey {
  const expiresAt = expires_at ?? record.created_at;
  return { ...record, expires_at: expiresAt, is_expired: expiresAt <= now };
}
