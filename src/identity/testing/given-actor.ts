import type { Actor } from '../../access/actor.ts';
import type { Clock } from '../../clock.ts';
import { byServer } from '../../contract/audit.ts';
import type { Role } from '../../contract/auth.ts';
import { newId } from '../../ids.ts';
import type { Store } from '../../store/store.ts';

const monthMs = 30 * 24 * 3_600_000;

/** Somebody who is stored and signed in, so that commands take changes from them. No password fits them. */
export async function givenActor({ store, clock }: { store: Store; clock: Clock }, role: Role): Promise<Actor> {
  const [userId, tokenId] = [newId(), newId()];
  const username = `${role}-${userId.slice(0, 8)}`;
  const at = clock.now();
  const passwordHash = 'no password fits';
  await store.write.createUser({ by: byServer, userId, username, displayName: username, role, passwordHash, at });
  await store.write.putLoginToken({
    tokenId,
    tokenHash: `hash of ${tokenId}`,
    userId,
    verifiedHash: passwordHash,
    expiresAt: new Date(clock.nowMs() + monthMs).toISOString(),
    userAgent: 'test',
    address: '192.0.2.1',
    at,
  });
  return { userId, username, displayName: username, role, tokenId };
}
