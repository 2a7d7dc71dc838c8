import { expect } from 'vitest';
import { byServer } from '../../contract/audit.ts';
import type { Role } from '../../contract/auth.ts';
import { newId } from '../../ids.ts';
import type { CreateApiKeyArgs } from '../commands/api-keys.ts';
import type { ChangePasswordArgs } from '../commands/change-password.ts';
import type { Store } from '../store.ts';
import type { Row } from './row.ts';

const at = '2026-11-22T10:00:00.000Z';
const later = '2026-11-22T11:00:00.000Z';
const idleSince = '2026-11-08T10:00:00.000Z';
const expiresAt = '2026-12-22T10:00:00.000Z';
/** How a command is refused that comes through what has ended. */
const fallen = { code: 'unauthenticated' };
/** The hash of every user that the suite makes. */
const passwordHash = 'none';

const newLogin = () => {
  const tokenId = newId();
  return { tokenId, tokenHash: `hash of ${tokenId}`, expiresAt, userAgent: 'test', address: '192.0.2.1' };
};

async function signIn(store: Store, userId: string) {
  const login = newLogin();
  expect(await store.write.putLoginToken({ ...login, userId, verifiedHash: passwordHash, at })).toBe('stored');
  return login;
}

const stands = async (store: Store, { tokenHash }: { tokenHash: string }) =>
  (await store.read.userForToken({ tokenHash, now: later, idleSince })) !== undefined;

const loginIds = async (store: Store, userId: string) =>
  (await store.scan.loginsOf({ userId, now: later, idleSince })).map(({ id }) => id).toSorted();

const keyArgs = (userId: string, tokenId: string): CreateApiKeyArgs => {
  const keyId = newId();
  return {
    keyId,
    keyHash: `hash of ${keyId}`,
    hint: 'pdk_abcd',
    userId,
    name: 'Key',
    scopes: ['sessions:read', 'admin:read'],
    expiresAt,
    maxKeys: 3,
    at,
    by: { userId, through: { loginId: tokenId, role: 'member' } },
  };
};

const changeArgs = (userId: string, loginId: string): ChangePasswordArgs => ({
  userId,
  verifiedHash: passwordHash,
  passwordHash: 'another',
  revokesKeys: false,
  login: newLogin(),
  at: later,
  by: { userId, through: { loginId, role: 'member' } },
});

export const accountRows: readonly Row[] = [
  {
    title: 'a changed password ends every login of its user and begins one; nobody else’s ends',
    async run({ given, opened: { store } }) {
      const [userId, otherId] = [await given.user(), await given.user()];
      const [here, there, other] = [
        await signIn(store, userId),
        await signIn(store, userId),
        await signIn(store, otherId),
      ];
      const args = changeArgs(userId, here.tokenId);
      expect(await store.write.changePassword(args)).toBe('changed');
      expect([await stands(store, here), await stands(store, there), await stands(store, other)]).toEqual([
        false,
        false,
        true,
      ]);
      expect(await loginIds(store, userId)).toEqual([args.login.tokenId]);
      const again = { ...newLogin(), userId, verifiedHash: passwordHash, at: later };
      expect(await store.write.putLoginToken(again), 'the old hash is verified no more').toBe('refused');
    },
  },
  {
    title: 'a password is not changed through a login that ended, or against another hash',
    async run({ given, opened: { store } }) {
      const userId = await given.user();
      const [ended, live] = [await signIn(store, userId), await signIn(store, userId)];
      await store.write.revokeLoginToken({ tokenId: ended.tokenId, at });
      const change = (args: ChangePasswordArgs) => store.write.changePassword(args);
      await expect(change(changeArgs(userId, ended.tokenId))).rejects.toMatchObject(fallen);
      expect(await change({ ...changeArgs(userId, live.tokenId), verifiedHash: 'an older one' })).toBe('refused');
      expect(await loginIds(store, userId)).toEqual([live.tokenId]);
      await store.write.patchUser({ by: byServer, userId, at, changes: { isActive: false } });
      await expect(change(changeArgs(userId, live.tokenId))).rejects.toMatchObject(fallen);
    },
  },
  {
    title: 'logins are ended one, all but one, or all, and those of others never',
    async run({ given, opened: { store } }) {
      const [userId, otherId] = [await given.user(), await given.user()];
      const logins = [await signIn(store, userId), await signIn(store, userId), await signIn(store, userId)];
      const [first, second, third] = logins.map(({ tokenId }) => tokenId);
      const other = await signIn(store, otherId);
      const end = (more: { only?: string; except?: string }) =>
        store.write.revokeLogins({ userId, at: later, by: { userId }, ...more });
      expect(await end({ only: other.tokenId })).toBe(0);
      expect(await end({ only: first ?? '' })).toBe(1);
      expect(await end({ only: first ?? '' }), 'again').toBe(0);
      expect(await end({ except: second ?? '' })).toBe(1);
      expect(await loginIds(store, userId)).toEqual([second]);
      expect(third).not.toBe(second);
      expect(await end({})).toBe(1);
      expect(await loginIds(store, userId)).toEqual([]);
      expect(await loginIds(store, otherId)).toEqual([other.tokenId]);
      expect(await store.write.revokeLogins({ userId: newId(), at, by: { userId: null } })).toBe('not_found');
    },
  },
  {
    title: 'a key stands for its user with its scopes until it is revoked or expires',
    async run({ given, opened: { store } }) {
      const userId = await given.user();
      const { tokenId } = await signIn(store, userId);
      const args = keyArgs(userId, tokenId);
      expect(await store.write.createApiKey(args)).toBe('created');
      const who = (now: string) => store.read.userForKey({ keyHash: args.keyHash, now });
      const isLive = (now: string, role: Role = 'member') =>
        store.read.mayStillAct({ through: { apiKeyId: args.keyId, role }, now });
      expect(await who(later)).toMatchObject({
        id: userId,
        key_id: args.keyId,
        scopes: args.scopes,
        key_used_at: null,
      });
      expect([await isLive(later), await isLive(later, 'curator')]).toEqual([true, false]);
      await store.write.touchApiKey({ keyId: args.keyId, at: later, notSince: at });
      await store.write.touchApiKey({ keyId: args.keyId, at: expiresAt, notSince: later });
      expect(await store.scan.apiKeysOf({ userId }), 'noted once a while').toMatchObject([{ last_used_at: later }]);
      expect([await who(expiresAt), await isLive(expiresAt)]).toEqual([undefined, false]);
      const revoke = { userId, keyId: args.keyId, at: later, by: { userId } };
      const foreign = { ...revoke, userId: await given.user() };
      expect(await store.write.revokeApiKey(foreign)).toBe('not_found');
      expect(await store.write.revokeApiKey(revoke)).toBe('revoked');
      expect(await store.write.revokeApiKey(revoke)).toBe('not_found');
      expect([await who(later), await isLive(later)]).toEqual([undefined, false]);
      expect(await store.scan.apiKeysOf({ userId })).toEqual([]);
    },
  },
  {
    title: 'no key is made through a login that ended, or beyond the bound; expired ones do not count',
    async run({ given, opened: { store } }) {
      const userId = await given.user();
      const [ended, live] = [await signIn(store, userId), await signIn(store, userId)];
      await store.write.revokeLoginToken({ tokenId: ended.tokenId, at });
      await expect(store.write.createApiKey(keyArgs(userId, ended.tokenId))).rejects.toMatchObject(fallen);
      expect(await store.write.createApiKey({ ...keyArgs(userId, live.tokenId), expiresAt: at })).toBe('created');
      for (let n = 0; n < 3; n++) expect(await store.write.createApiKey(keyArgs(userId, live.tokenId))).toBe('created');
      expect(await store.write.createApiKey(keyArgs(userId, live.tokenId))).toBe('too_many');
    },
  },
  {
    title:
      'who is deactivated or deleted loses logins and keys for good, and what runs and waits for them ends, wherever it is',
    async run({ given, opened: { store } }) {
      for (const end of [
        (userId: string) => store.write.patchUser({ by: byServer, userId, at: later, changes: { isActive: false } }),
        (userId: string) => store.write.deleteUser({ by: byServer, userId, at: later }),
      ]) {
        const owner = await given.owned();
        const stayer = await given.owned();
        const { tokenId, tokenHash } = await signIn(store, owner.userId);
        const args = keyArgs(owner.userId, tokenId);
        await store.write.createApiKey(args);
        const running = await given.running(owner);
        await given.accept(owner);
        const other = await given.running(stayer);
        await end(owner.userId);
        await store.write.patchUser({ by: byServer, userId: owner.userId, at: later, changes: { isActive: true } });
        expect(await stands(store, { tokenHash })).toBe(false);
        expect(await store.read.userForKey({ keyHash: args.keyHash, now: later })).toBeUndefined();
        const ends = (await given.log(owner.sessionId))
          .filter((event) => event.type === 'turn_state')
          .map((event) => JSON.parse(event.payload) as { state: string; code?: string })
          .filter(({ state }) => state === 'cancelled');
        expect(ends.map(({ code }) => code)).toEqual(['author_gone', 'author_gone']);
        expect(await given.finish(running), 'its owner writes no more').toBe(false);
        expect(await given.finish(other)).toBe(true);
      }
    },
  },
];
