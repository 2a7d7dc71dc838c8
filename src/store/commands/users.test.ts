import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { byServer } from '../../contract/audit.ts';
import { newId } from '../../ids.ts';
import { openSqliteStore } from '../sqlite/sqlite-store.ts';
import type { Store } from '../store.ts';
import type { CreateUserArgs } from './users.ts';

let folder: string;
let store: Store;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'perdure-users-'));
  store = await openSqliteStore({ path: join(folder, 'perdure.db'), clock: systemClock });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const at = '2026-11-22T10:00:00.000Z';
const later = '2026-11-22T11:00:00.000Z';

function user(username: string, more: Partial<CreateUserArgs> = {}): CreateUserArgs {
  return {
    userId: newId(),
    username,
    displayName: username,
    role: 'member',
    passwordHash: `hash of ${username}`,
    at,
    by: byServer,
    ...more,
  };
}

async function given(username: string, more: Partial<CreateUserArgs> = {}): Promise<CreateUserArgs> {
  const args = user(username, more);
  expect(await store.write.createUser(args)).toBe('created');
  return args;
}

async function login(args: CreateUserArgs): Promise<{ outcome: string; tokenId: string; tokenHash: string }> {
  const tokenId = newId();
  const outcome = await store.write.putLoginToken({
    tokenId,
    tokenHash: `hash-${tokenId}`,
    userId: args.userId,
    verifiedHash: args.passwordHash,
    expiresAt: '2026-12-22T10:00:00.000Z',
    userAgent: 'test',
    address: '127.0.0.1',
    at,
  });
  return { outcome, tokenId, tokenHash: `hash-${tokenId}` };
}

const names = async (args: { q?: string; afterKey?: string; limit: number }) =>
  (await store.scan.listUsers(args)).map(({ username }) => username);

const whoIs = (tokenHash: string, now = later, idleSince = '2026-11-08T10:00:00.000Z') =>
  store.read.userForToken({ tokenHash, now, idleSince });

describe('users', () => {
  test('a name is taken in whatever case it is written', async () => {
    await given('Alice');
    expect(await store.write.createUser(user('aLICE'))).toBe('name_taken');
    expect((await store.read.userByName({ username: 'ALICE' }))?.username).toBe('Alice');
  });

  test('of many first administrators at once, through two processes’ handles, one is made', async () => {
    const other = await openSqliteStore({ path: join(folder, 'perdure.db'), clock: systemClock });
    try {
      const outcomes = await Promise.all(
        Array.from({ length: 10 }, (_, n) => {
          const { role: _role, ...args } = user(`admin${n}`);
          return (n % 2 ? other : store).write.ensureFirstAdministrator(args);
        }),
      );
      expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
      expect(await store.scan.listUsers({ limit: 10 })).toHaveLength(1);
    } finally {
      await other.close();
    }
  });

  test('no first administrator is made beside any user', async () => {
    await given('bob');
    const { role: _role, ...args } = user('admin');
    expect(await store.write.ensureFirstAdministrator(args)).toBe('exists');
    expect(await store.read.userByName({ username: 'admin' })).toBeUndefined();
  });

  test('the last active administrator keeps role and account, however many inactive ones there are', async () => {
    const root = await given('root', { role: 'administrator' });
    const second = await given('second', { role: 'administrator' });
    const patch = (userId: string, changes: { role?: 'member' | 'administrator'; isActive?: boolean }) =>
      store.write.patchUser({ by: byServer, userId, at, changes });
    expect((await patch(second.userId, { isActive: false })).outcome).toBe('updated');
    expect((await patch(root.userId, { role: 'member' })).outcome).toBe('last_administrator');
    expect((await patch(root.userId, { isActive: false })).outcome).toBe('last_administrator');
    expect(await store.write.deleteUser({ by: byServer, userId: root.userId, at })).toBe('last_administrator');
    expect((await patch(root.userId, { role: 'administrator', isActive: true })).outcome).toBe('updated');
    expect(await store.write.deleteUser({ by: byServer, userId: second.userId, at })).toBe('deleted');
    expect(await store.read.userById({ userId: root.userId })).toMatchObject({ role: 'administrator', is_active: 1 });
  });

  test('two administrators who demote each other at once leave one', async () => {
    const one = await given('one', { role: 'administrator' });
    const two = await given('two', { role: 'administrator' });
    const outcomes = await Promise.all(
      [one, two].map(({ userId }) => store.write.patchUser({ by: byServer, userId, at, changes: { role: 'member' } })),
    );
    expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(['last_administrator', 'updated']);
  });

  test('a deleted user is found no more and its name is free', async () => {
    await given('root', { role: 'administrator' });
    const bob = await given('bob');
    expect(await store.write.deleteUser({ by: byServer, userId: bob.userId, at })).toBe('deleted');
    expect(await store.write.deleteUser({ by: byServer, userId: bob.userId, at })).toBe('not_found');
    expect(
      (await store.write.patchUser({ by: byServer, userId: bob.userId, at, changes: { isActive: true } })).outcome,
    ).toBe('not_found');
    expect(await store.read.userByName({ username: 'bob' })).toBeUndefined();
    expect(await store.read.userById({ userId: bob.userId })).toBeUndefined();
    const again = await given('bob');
    expect((await store.scan.listUsers({ limit: 10, q: 'bob' })).map(({ id }) => id)).toEqual([again.userId]);
    expect(await store.write.deleteUser({ by: byServer, userId: again.userId, at })).toBe('deleted');
    await given('bob');
  });

  test('the list is paged by name and finds a text literally in both names', async () => {
    for (const name of ['carol', 'Alice', 'bob', 'd_ave', 'dxave']) await given(name);
    await given('eve', { displayName: 'Eve 100% Alison' });
    expect(await names({ limit: 2 })).toEqual(['Alice', 'bob']);
    expect(await names({ limit: 2, afterKey: 'bob' })).toEqual(['carol', 'd_ave']);
    expect(await names({ limit: 9, q: 'ALI' })).toEqual(['Alice', 'eve']);
    expect(await names({ limit: 9, q: 'd_a' })).toEqual(['d_ave']);
    expect(await names({ limit: 9, q: '100%' })).toEqual(['eve']);
  });
});

describe('login tokens', () => {
  test('a token stands for its user until it is revoked', async () => {
    const bob = await given('bob');
    const { outcome, tokenId, tokenHash } = await login(bob);
    expect(outcome).toBe('stored');
    expect(await whoIs(tokenHash)).toMatchObject({
      id: bob.userId,
      role: 'member',
      token_id: tokenId,
      last_login_at: at,
    });
    await store.write.revokeLoginToken({ tokenId, at });
    expect(await whoIs(tokenHash)).toBeUndefined();
    await store.write.revokeLoginToken({ tokenId, at: later });
  });

  test('a token ends by its own time and by being idle', async () => {
    const { tokenHash, tokenId } = await login(await given('bob'));
    expect(await whoIs(tokenHash, '2026-12-22T10:00:00.000Z')).toBeUndefined();
    expect(await whoIs(tokenHash, later, at)).toBeUndefined();
    await store.write.touchLoginToken({ tokenId, at: later, notSince: at });
    expect(await whoIs(tokenHash, later, at), 'one noted since is not noted again').toBeUndefined();
    await store.write.touchLoginToken({ tokenId, at: later, notSince: later });
    expect((await whoIs(tokenHash, later, at))?.last_used_at).toBe(later);
  });

  test.each([
    ['deactivation', { isActive: false }],
    ['another role', { role: 'curator' }],
    ['another password', { passwordHash: 'another' }],
  ] as const)('%s ends every login of that user and of nobody else', async (_name, changes) => {
    const [bob, eve] = [await given('bob'), await given('eve')];
    const [first, second, other] = [await login(bob), await login(bob), await login(eve)];
    await store.write.patchUser({ by: byServer, userId: bob.userId, at, changes });
    expect(await whoIs(first.tokenHash)).toBeUndefined();
    expect(await whoIs(second.tokenHash)).toBeUndefined();
    expect(await whoIs(other.tokenHash)).toBeDefined();
    if ('isActive' in changes) {
      await store.write.patchUser({ by: byServer, userId: bob.userId, at, changes: { isActive: true } });
      expect(await whoIs(first.tokenHash), 'reactivation revives no login').toBeUndefined();
    }
  });

  test('a name or the same role ends no login; deletion ends all', async () => {
    const bob = await given('bob');
    const { tokenHash } = await login(bob);
    await store.write.patchUser({
      by: byServer,
      userId: bob.userId,
      at,
      changes: { displayName: 'Bob B.', role: 'member', isActive: true },
    });
    expect(await whoIs(tokenHash)).toMatchObject({ display_name: 'Bob B.' });
    await store.write.deleteUser({ by: byServer, userId: bob.userId, at });
    expect(await whoIs(tokenHash)).toBeUndefined();
  });

  test('no login is stored for a user who changed while the password was checked', async () => {
    const bob = await given('bob');
    await store.write.patchUser({ by: byServer, userId: bob.userId, at, changes: { passwordHash: 'another' } });
    expect((await login(bob)).outcome).toBe('refused');
    await store.write.patchUser({
      by: byServer,
      userId: bob.userId,
      at,
      changes: { passwordHash: bob.passwordHash, isActive: false },
    });
    expect((await login(bob)).outcome).toBe('refused');
    await store.write.deleteUser({ by: byServer, userId: bob.userId, at });
    expect((await login({ ...bob, passwordHash: '' })).outcome, 'a deleted user has no password').toBe('refused');
  });
});
