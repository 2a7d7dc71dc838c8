import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { byServer } from '../../src/contract/audit.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../src/store/store.ts';
import { KillSwitch } from './kill-switch.ts';

let folder: string;
let store: Store;
let killSwitch: KillSwitch;
let wrapped: Store;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perdure-switch-'));
  store = await openSqliteStore({ path: join(folder, 'perdure.db'), clock: systemClock });
  killSwitch = new KillSwitch();
  wrapped = killSwitch.wrap(store);
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const put = (to: Store, key: string) => to.write.putSetting({ by: byServer, key, value: true, at: systemClock.now() });
const isStored = async (key: string) => (await store.read.setting({ key })) !== undefined;
const user = {
  userId: 'u',
  username: 'u',
  displayName: 'u',
  role: 'member',
  passwordHash: '',
  at: systemClock.now(),
  by: byServer,
} as const;
const gone = { code: 'store_unavailable' };

test('until the kill every call and every bell passes', async () => {
  let rings = 0;
  wrapped.onCommit(() => (rings += 1));
  await put(wrapped, 'told');
  expect(await isStored('told')).toBe(true);
  expect(await wrapped.read.hasUsers({})).toBe(false);
  expect(await wrapped.scan.listUsers({ limit: 1 })).toEqual([]);
  await wrapped.write.createUser(user);
  expect(rings).toBeGreaterThan(0);
});

test('after the kill no call reaches the store and no bell rings', async () => {
  let rings = 0;
  wrapped.onCommit(() => (rings += 1));
  killSwitch.kill();
  await expect(put(wrapped, 'late')).rejects.toMatchObject(gone);
  await expect(wrapped.read.hasUsers({})).rejects.toMatchObject(gone);
  await expect(wrapped.scan.listUsers({ limit: 1 })).rejects.toMatchObject(gone);
  await store.write.createUser(user);
  expect(await isStored('late')).toBe(false);
  expect(rings).toBe(0);
});

test('a command under way at the kill is stored, and its answer lost', async () => {
  const answer = put(wrapped, 'under way');
  killSwitch.kill();
  await expect(answer).rejects.toMatchObject(gone);
  await put(store, 'after it');
  expect(await isStored('under way')).toBe(true);
});

test.each([
  ['before', false],
  ['after', true],
] as const)('a command that is held %s its commit waits there for the kill', async (moment, stored) => {
  const reached = killSwitch.hold(moment, ({ args }) => (args as { key: string }).key === 'held');
  const answer = put(wrapped, 'held');
  let isAnswered = false;
  answer.catch(() => (isAnswered = true));
  await reached;
  await put(wrapped, 'another');
  expect([await isStored('held'), await isStored('another'), isAnswered]).toEqual([stored, true, false]);
  killSwitch.kill();
  await expect(answer).rejects.toMatchObject(gone);
  expect(await isStored('held')).toBe(stored);
});
