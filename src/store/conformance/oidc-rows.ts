import { expect } from 'vitest';
import { byServer } from '../../contract/audit.ts';
import { newId } from '../../ids.ts';
import type { Store } from '../store.ts';
import type { Row } from './row.ts';

const at = '2026-11-22T10:00:00.000Z';
const later = '2026-11-22T11:00:00.000Z';
const idleSince = '2026-11-08T10:00:00.000Z';
const issuer = 'https://id.example.org/';

/** Somebody who comes from the provider. */
const coming = (subject: string) => {
  const tokenId = newId();
  const login = { tokenId, tokenHash: `hash of ${tokenId}`, expiresAt: '2026-12-22T10:00:00.000Z' };
  return { ...login, userAgent: 'test', address: '192.0.2.1', issuer, subject, at };
};
const newUser = () => {
  const userId = newId();
  return { userId, username: `u-${userId}`, displayName: 'New' };
};
const userOf = async (store: Store, { tokenHash }: { tokenHash: string }) =>
  (await store.read.userForToken({ tokenHash, now: later, idleSince }))?.id;

export const oidcRows: readonly Row[] = [
  {
    title: 'who signs up twice at once is made once, and both logins are theirs',
    async run({ opened: { store } }) {
      const subject = newId();
      const tries = [
        { ...coming(subject), newUser: newUser() },
        { ...coming(subject), newUser: newUser() },
      ];
      const outcomes = await Promise.all(tries.map((each) => store.write.signInByOidc(each)));
      expect(outcomes).toEqual(['signed_in', 'signed_in']);
      const [one, other] = await Promise.all(tries.map((each) => userOf(store, each)));
      expect(one).toBeDefined();
      expect(other).toBe(one);
    },
  },
  {
    title: 'a name that is taken makes nobody, and leaves no link to whose it is',
    async run({ given, opened: { store } }) {
      const userId = await given.user();
      const user = await store.read.userById({ userId });
      const subject = newId();
      const wanted = { userId: newId(), username: user?.username.toUpperCase() ?? '', displayName: 'New' };
      const login = { ...coming(subject), newUser: wanted };
      expect(await store.write.signInByOidc(login)).toBe('name_taken');
      expect(await userOf(store, login)).toBeUndefined();
      expect(await store.write.signInByOidc(coming(subject))).toBe('unknown');
      expect(await store.read.oidcLinkOf({ userId, issuer })).toBeUndefined();
    },
  },
  {
    title: 'a sign-in of somebody deactivated stores no login and touches no group',
    async run({ opened: { store } }) {
      const subject = newId();
      const user = newUser();
      expect(await store.write.signInByOidc({ ...coming(subject), newUser: user })).toBe('signed_in');
      const groupId = newId();
      await store.write.createGroup({ by: byServer, groupId, name: groupId, at });
      await store.write.patchUser({ by: byServer, userId: user.userId, changes: { isActive: false }, at });
      const login = { ...coming(subject), groupNames: [groupId] };
      expect(await store.write.signInByOidc(login)).toBe('inactive');
      expect(await userOf(store, login)).toBeUndefined();
      expect((await store.scan.groupById({ groupId }))?.member_count).toBe(0);
    },
  },
  {
    title: 'the same person at another provider is somebody else',
    async run({ opened: { store } }) {
      const subject = newId();
      await store.write.signInByOidc({ ...coming(subject), newUser: newUser() });
      const elsewhere = { ...coming(subject), issuer: 'https://other.example.org/' };
      expect(await store.write.signInByOidc(elsewhere)).toBe('unknown');
    },
  },
];
