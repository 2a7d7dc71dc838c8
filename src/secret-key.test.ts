import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from './clock.ts';
import { byServer } from './contract/audit.ts';
import { newId, newSecret } from './ids.ts';
import { makeSecretKey, openSealing, readSecretKey } from './secret-key.ts';
import { openSqliteStore } from './store/sqlite/sqlite-store.ts';
import type { Store } from './store/store.ts';

let dataDir: string;
let store: Store;
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'perdure-key-'));
  store = await openSqliteStore({ path: join(dataDir, 'perdure.db'), clock: systemClock });
});
afterEach(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true });
});

const file = () => join(dataDir, 'secret.key');
const open = (secret?: string) => openSealing({ store, clock: systemClock }, { dataDir, secret });
const place = { purpose: 'second factor', of: 'user' };

/** Stores one encrypted secret; answers the key it was encrypted with. */
async function sealSomething(): Promise<string> {
  const sealing = await open();
  const userId = newId();
  const at = systemClock.now();
  const user = {
    userId,
    username: 'bob',
    displayName: 'Bob',
    role: 'member',
    passwordHash: 'none',
    at,
    by: byServer,
  } as const;
  await store.write.createUser(user);
  const database = new DatabaseSync(join(dataDir, 'perdure.db'));
  const insert = database.prepare('insert into second_factors (user_id, secret, created_at) values (?, ?, ?)');
  insert.run(userId, sealing.seal(place, 'a secret'), at);
  database.close();
  return sealing.keyId;
}

test('the first start makes a key that only its user may read, and every later one takes it', async () => {
  const sealing = await open();
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect(readFileSync(file(), 'utf8')).toMatch(/^[\w-]{43}\n$/);
  expect(readdirSync(dataDir).filter((name) => name.startsWith('secret.key'))).toEqual(['secret.key']);
  const again = await open();
  expect(again.open(place, sealing.seal(place, 'text'))).toBe('text');
});

test('of many processes that make it at once, all get one key', async () => {
  const script = `import { makeSecretKey } from ${JSON.stringify(new URL('secret-key.ts', import.meta.url).href)};
    process.stdout.write(makeSecretKey(${JSON.stringify(dataDir)}));`;
  const run = promisify(execFile);
  const made = await Promise.all(
    Array.from({ length: 6 }, () => run(process.execPath, ['--input-type=module', '-e', script])),
  );
  const keys = new Set(made.map(({ stdout }) => stdout));
  expect([...keys]).toEqual([readSecretKey(dataDir)]);
  expect(makeSecretKey(dataDir)).toBe([...keys][0]);
});

test('a given secret is taken instead, and no file is made', async () => {
  const secret = newSecret();
  const sealing = await open(secret);
  expect(readdirSync(dataDir)).not.toContain('secret.key');
  expect((await open(secret)).keyId).toBe(sealing.keyId);
});

test('while nothing is encrypted, another key may take the first one’s place', async () => {
  const first = await open();
  rmSync(file());
  expect((await open()).keyId).not.toBe(first.keyId);
});

test('without the key of what is encrypted nothing starts, and none is made in its place', async () => {
  const keyId = await sealSomething();
  const kept = readFileSync(file());
  rmSync(file());
  await expect(open()).rejects.toThrow(/^The file secret\.key is missing\. .*put that secret\.key back/);
  expect(readdirSync(dataDir)).not.toContain('secret.key');
  await expect(open(newSecret())).rejects.toThrow(/^PERDURE_SECRET is another key\./);
  writeFileSync(file(), `${newSecret()}\n`);
  await expect(open()).rejects.toThrow(/^The file secret\.key is another key\./);
  writeFileSync(file(), kept);
  expect((await open()).keyId).toBe(keyId);
});

test.each(['', 'short\n', `${newSecret()}\n${newSecret()}\n`, '\0'.repeat(43)])(
  'a file that holds no key is refused, and stays as it is',
  async (text) => {
    writeFileSync(file(), text);
    await expect(open()).rejects.toThrow(/secret\.key in the data directory cannot be read as a key/);
    expect(readFileSync(file(), 'utf8')).toBe(text);
  },
);

test('a secret that another key sealed than the store’s is not stored', async () => {
  const { keyId } = await open();
  const args = { userId: newId(), secret: 'v1.sealed', at: systemClock.now(), by: byServer };
  expect(await store.write.beginSecondFactor({ ...args, keyId: 'another' })).toBe('other_key');
  expect(await store.write.beginSecondFactor({ ...args, keyId }), 'whose it would be is not there').toBe('not_found');
});
