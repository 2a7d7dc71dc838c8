import { expect } from 'vitest';
import { byServer } from '../../contract/audit.ts';
import { newId } from '../../ids.ts';
import type { Store } from '../store.ts';
import type { Row } from './row.ts';

const at = '2026-11-22T10:00:00.000Z';
const later = '2026-11-22T10:30:00.000Z';
const expiresAt = later;
const change = { at, by: byServer };

const newLink = () => {
  const id = newId();
  return { id, tokenHash: `hash of ${id}`, expiresAt };
};
const asking = (account: string) => ({ ...newLink(), account, address: '192.0.2.1', userAgent: 'test', at });
const opens = async ({ read }: Store, { tokenHash }: { tokenHash: string }, now = at) =>
  (await read.openLink({ tokenHash, purpose: 'reset', now })) !== undefined;

/** A user's address. */
async function address({ write }: Store, userId: string): Promise<string> {
  const email = `${userId}@Example.org`;
  const { outcome } = await write.patchUser({ ...change, userId, changes: { email } });
  expect(outcome).toBe('updated');
  return email;
}

export const mailRows: readonly Row[] = [
  {
    title: 'of two users who are given one address at once, however it is written, one has it',
    async run({ given, opened: { store } }) {
      const [one, other] = [await given.user(), await given.user()];
      const email = `${newId()}@example.org`;
      const outcomes = await Promise.all([
        store.write.patchUser({ ...change, userId: one, changes: { email } }),
        store.write.patchUser({ ...change, userId: other, changes: { email: email.toUpperCase() } }),
      ]);
      expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(['email_taken', 'updated']);
    },
  },
  {
    title: 'of many who ask for a link at once, one is given one; once it is over, another is',
    async run({ given, opened: { store } }) {
      const userId = await given.user();
      const email = await address(store, userId);
      const tries = Array.from({ length: 5 }, () => asking(email.toUpperCase()));
      const outcomes = await Promise.all(tries.map((each) => store.write.askForReset(each)));
      expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(['created', 'open', 'open', 'open', 'open']);
      const open = await Promise.all(tries.map((each) => opens(store, each)));
      expect(open).toEqual(outcomes.map(({ outcome }) => outcome === 'created'));
      const next = { ...asking(email), at: later, expiresAt: '2026-11-22T11:00:00.000Z' };
      expect(await store.write.askForReset(next)).toMatchObject({ outcome: 'created', email });
      expect(await opens(store, next, later)).toBe(true);
    },
  },
  {
    title: 'an address is looked for before a username: nobody keeps a mail away by choosing a name',
    async run({ given, opened: { store } }) {
      const owner = await given.user();
      const email = await address(store, owner);
      const userId = newId();
      const namesake = { userId, username: email, displayName: 'Namesake', role: 'member', passwordHash: 'x' } as const;
      expect(await store.write.createUser({ ...change, ...namesake, email: `own-${email}` })).toBe('created');
      expect(await store.write.askForReset(asking(email))).toMatchObject({ outcome: 'created', email });
    },
  },
  {
    title: 'one that could not be mailed is withdrawn and opens nothing; one that an administrator gave stays',
    async run({ given, opened: { store } }) {
      const userId = await given.user();
      const account = await address(store, userId);
      const reset = newLink();
      expect(await store.write.createReset({ ...change, ...reset, userId, createdBy: userId })).toBe('created');
      const asked = asking(account);
      await store.write.askForReset(asked);
      const withdrawing = { problem: 'too_slow', at } as const;
      expect(await store.write.withdrawUnmailedReset({ id: asked.id, ...withdrawing })).toBe('withdrawn');
      expect(await store.write.withdrawUnmailedReset({ id: asked.id, ...withdrawing })).toBe('not_found');
      expect(await store.write.withdrawUnmailedReset({ id: reset.id, ...withdrawing })).toBe('not_found');
      expect(await opens(store, asked)).toBe(false);
      expect(await store.write.askForReset(asking(account))).toMatchObject({ outcome: 'created' });
    },
  },
];
