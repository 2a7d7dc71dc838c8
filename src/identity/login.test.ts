import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Clock } from '../clock.ts';
import { byServer } from '../contract/audit.ts';
import { sha256 } from '../ids.ts';
import { createSealing } from '../sealing.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { Store } from '../store/store.ts';
import { authenticate } from './authenticate.ts';
import { ensureFirstAdministrator } from './first-administrator.ts';
import type { Identity } from './identity.ts';
import { login, logout } from './login.ts';
import { createCodeThrottle, createLoginThrottle } from './login-throttle.ts';
import { createPasswords } from './passwords.ts';
import { createUser, deleteUser, getUser, listUsers, patchUser } from './users.ts';

const cheap = { logN: 4, r: 1, p: 1 };
const quiet = () => undefined;
const dayMs = 24 * 3_600_000;
const password = 'correct horse battery';

let folder: string;
let store: Store;
let clock: Clock & { ms: number };
let identity: Identity;
const sealing = createSealing('only in tests, 32 characters long');
const warn = vi.fn<Identity['log']['warn']>();

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'perdure-identity-'));
  clock = {
    ms: Date.UTC(2026, 10, 22, 10),
    now: () => new Date(clock.ms).toISOString(),
    nowMs: () => clock.ms,
    monotonicMs: () => clock.ms,
  };
  store = await openSqliteStore({ path: join(folder, 'perdure.db'), clock });
  const log = { debug: quiet, info: quiet, warn, error: quiet };
  identity = {
    store,
    clock,
    log,
    passwords: createPasswords(cheap),
    throttle: createLoginThrottle(clock),
    sealing,
    codeThrottle: createCodeThrottle(clock),
  };
  warn.mockReset();
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const signIn = (username: string, typed = password) =>
  login(identity, { username, password: typed, address: '192.0.2.1', userAgent: 'test' });
const whoIs = (token: string) => authenticate(identity, token);
const given = (username: string, role: 'member' | 'administrator' = 'member') =>
  createUser(identity, byServer, { username, password, role });

describe('signing in', () => {
  test('gives a token that stands for the user, whatever case the name is typed in', async () => {
    const user = await given('Alice');
    const answer = await signIn('aLICE');
    expect(answer).toMatchObject({
      token_type: 'bearer',
      expires_at: '2026-12-22T10:00:00.000Z',
      user: { id: user.id, username: 'Alice', display_name: 'Alice', role: 'member' },
    });
    expect(await whoIs(answer.access_token)).toMatchObject({ userId: user.id, username: 'Alice', role: 'member' });
    expect((await getUser(identity, user.id)).last_login_at).toBe(clock.now());
  });

  test('refuses a wrong password, an unknown name, an inactive and a deleted account alike', async () => {
    const [off, gone] = [await given('off'), await given('gone')];
    await given('bob');
    await patchUser(identity, byServer, off.id, { is_active: false });
    await deleteUser(identity, byServer, gone.id);
    const errors = await Promise.all(
      [signIn('bob', 'wrong'), signIn('nobody'), signIn('off'), signIn('gone'), signIn('')].map((each) =>
        each.catch((error: unknown) => error),
      ),
    );
    for (const error of errors) expect(error).toEqual(errors[0]);
    expect(errors[0]).toMatchObject({ code: 'wrong_credentials', detail: undefined });
  });

  test('checks a password even for a name that nobody has', async () => {
    const check = vi.spyOn(identity.passwords, 'check');
    await expect(signIn('nobody')).rejects.toThrow();
    expect(check).toHaveBeenCalledWith(password, undefined);
  });

  test('is slowed down after five failures, for names that exist and for others, and by a success no more', async () => {
    await given('bob');
    for (const name of ['bob', 'nobody']) {
      for (let n = 0; n < 5; n++)
        await expect(signIn(name, 'wrong')).rejects.toMatchObject({ code: 'wrong_credentials' });
      await expect(signIn(name, 'wrong')).rejects.toMatchObject({ code: 'too_many_requests', retryAfterSeconds: 1 });
      await expect(signIn(name.toUpperCase(), 'wrong')).rejects.toMatchObject({ code: 'too_many_requests' });
    }
    clock.ms += 1000;
    await signIn('bob');
    for (let n = 0; n < 5; n++)
      await expect(signIn('bob', 'wrong')).rejects.toMatchObject({ code: 'wrong_credentials' });
  });

  test('counts no failure while the server is too busy to check', async () => {
    await given('bob');
    const busy = Object.assign(new Error('busy'), { code: 'overloaded' });
    const check = vi.spyOn(identity.passwords, 'check').mockRejectedValue(busy);
    for (let n = 0; n < 50; n++) await expect(signIn('bob')).rejects.toBe(busy);
    check.mockRestore();
    await signIn('bob');
  });

  test('makes a weak hash anew', async () => {
    await given('bob');
    const before = (await store.read.userByName({ username: 'bob' }))?.password_hash;
    identity.passwords = createPasswords({ ...cheap, logN: 5 });
    await signIn('bob');
    const after = (await store.read.userByName({ username: 'bob' }))?.password_hash;
    expect([before, after]).toEqual([expect.stringMatching(/ln=4,/), expect.stringMatching(/ln=5,/)]);
    await signIn('bob');
    expect((await store.read.userByName({ username: 'bob' }))?.password_hash).toBe(after);
  });

  test('stores neither the token nor the password anywhere on disk', async () => {
    await given('bob');
    const { access_token } = await signIn('bob');
    await whoIs(access_token);
    const bytes = readdirSync(folder)
      .map((file) => readFileSync(join(folder, file)).toString('latin1'))
      .join('');
    expect(bytes).toContain(sha256(access_token));
    expect(bytes).not.toContain(access_token);
    expect(bytes).not.toContain(password);
  });
});

describe('a token', () => {
  test('is dead at once after signing out; others of the same user live', async () => {
    await given('bob');
    const [one, two] = [await signIn('bob'), await signIn('bob')];
    const actor = await whoIs(one.access_token);
    await logout(identity, actor?.tokenId ?? '');
    expect(await whoIs(one.access_token)).toBeUndefined();
    expect(await whoIs(two.access_token)).toBeDefined();
  });

  test('that is nothing, or was never given, stands for nobody', async () => {
    const { access_token } = await given('bob').then(() => signIn('bob'));
    for (const token of [
      '',
      ' ',
      'null',
      'undefined',
      access_token.slice(1),
      `${access_token}=`,
      'A'.repeat(43),
      sha256(access_token),
    ]) {
      expect(await whoIs(token)).toBeUndefined();
    }
  });

  test('ends after 14 days without use, and after 30 days with it', async () => {
    await given('bob');
    const idle = await signIn('bob');
    clock.ms += 14 * dayMs - 1;
    expect(await whoIs((await signIn('bob')).access_token)).toBeDefined();
    clock.ms += 1;
    expect(await whoIs(idle.access_token)).toBeUndefined();
    const used = await signIn('bob');
    for (let day = 1; day < 30; day++) {
      clock.ms += dayMs;
      expect(await whoIs(used.access_token), `day ${day}`).toBeDefined();
      await store.checkHealth();
    }
    clock.ms += dayMs;
    expect(await whoIs(used.access_token)).toBeUndefined();
  });

  test('notes its use once a minute, and stands for its user when it cannot', async () => {
    await given('bob');
    const { access_token } = await signIn('bob');
    const touch = vi.spyOn(store.write, 'touchLoginToken');
    await whoIs(access_token);
    clock.ms += 60_000;
    await whoIs(access_token);
    expect(touch).not.toHaveBeenCalled();
    clock.ms += 1;
    touch.mockRejectedValueOnce(new Error('the disk is full'));
    expect(await whoIs(access_token)).toBeDefined();
    await vi.waitFor(() => expect(warn).toHaveBeenCalledTimes(1));
    await whoIs(access_token);
    await store.checkHealth();
    await whoIs(access_token);
    expect(touch).toHaveBeenCalledTimes(2);
  });

  test('carries the role of this moment', async () => {
    const bob = await given('bob');
    const before = await signIn('bob');
    await patchUser(identity, byServer, bob.id, { role: 'curator' });
    expect(await whoIs(before.access_token), 'another role is another login').toBeUndefined();
    expect(await whoIs((await signIn('bob')).access_token)).toMatchObject({ role: 'curator' });
  });
});

describe('the first administrator', () => {
  test('gets a generated password that signs in, once', async () => {
    const made = await ensureFirstAdministrator(identity, { username: 'admin' });
    expect(made?.generatedPassword).toMatch(/^([2-9a-km-np-z]{4}-){4}[2-9a-km-np-z]{4}$/);
    expect((await signIn('admin', made?.generatedPassword)).user.role).toBe('administrator');
    expect(await ensureFirstAdministrator(identity, { username: 'admin' })).toBeUndefined();
  });

  test('takes name and password from the settings, and the password is not repeated', async () => {
    expect(await ensureFirstAdministrator(identity, { username: 'root', password })).toEqual({ username: 'root' });
    await signIn('root');
  });

  test.each([
    [{ username: 'admin', password: 'short' }, /password.*12/],
    [{ username: 'admin', password: 'password123456' }, /password.*too easy to guess/],
    [{ username: 'team.lead', password: 'teamlead2026' }, /password.*a name/],
    [{ username: 'ad min' }, /username/],
  ])('is refused when the settings break the rules: %o', async (settings, detail) => {
    await expect(ensureFirstAdministrator(identity, settings)).rejects.toMatchObject({
      code: 'bad_request',
      detail: expect.stringMatching(detail) as unknown,
    });
    expect(await store.read.hasUsers({})).toBe(false);
  });
});

describe('users', () => {
  test('errors come from the catalogue', async () => {
    const root = await given('root', 'administrator');
    await expect(given('ROOT')).rejects.toMatchObject({ code: 'name_taken' });
    await expect(getUser(identity, 'none')).rejects.toMatchObject({ code: 'not_found' });
    await expect(patchUser(identity, byServer, 'none', {})).rejects.toMatchObject({ code: 'not_found' });
    await expect(deleteUser(identity, byServer, 'none')).rejects.toMatchObject({ code: 'not_found' });
    await expect(patchUser(identity, byServer, root.id, { is_active: false })).rejects.toMatchObject({
      code: 'last_administrator',
    });
    await expect(deleteUser(identity, byServer, root.id)).rejects.toMatchObject({
      code: 'last_administrator',
    });
    expect(await patchUser(identity, byServer, root.id, {})).toEqual(root);
  });

  test('a password that is easy to guess is taken at no door, and nothing is changed', async () => {
    const weak = {
      code: 'weak_password',
      detail: expect.stringMatching(/too easy to guess.*Use several words/) as unknown,
    };
    const make = (more: object) => createUser(identity, byServer, { username: 'bob', password, ...more });
    await expect(make({ password: 'Passw0rd2026!!' })).rejects.toMatchObject(weak);
    await expect(make({ username: 'hannah.w', password: 'hannah.w-2026' })).rejects.toMatchObject(weak);
    await expect(make({ display_name: 'Zuzana Kvapil', password: 'zuzanakvapil' })).rejects.toMatchObject(weak);
    expect(await store.read.hasUsers({})).toBe(false);
    const bob = await make({ display_name: 'Zuzana Kvapil' });
    for (const changes of [
      { password: 'zuzanakvapil' },
      { password: 'qwertyuiop[]' },
      { password: 'ottokar-2026', display_name: 'Ottokar' },
    ]) {
      await expect(patchUser(identity, byServer, bob.id, changes)).rejects.toMatchObject(weak);
    }
    expect(await getUser(identity, bob.id)).toEqual(bob);
    await signIn('bob');
  });

  test('a password that was reset signs in, the old one and its logins do not', async () => {
    const bob = await given('bob');
    const old = await signIn('bob');
    await patchUser(identity, byServer, bob.id, { password: 'a quite different one' });
    expect(await whoIs(old.access_token)).toBeUndefined();
    await expect(signIn('bob')).rejects.toMatchObject({ code: 'wrong_credentials' });
    await signIn('bob', 'a quite different one');
  });

  test('pages follow each other without gap or overlap', async () => {
    const names = ['Anna', 'bert', 'Carla', 'dora', 'emil'];
    for (const name of names) await given(name);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listUsers(identity, { limit: 2, cursor });
      seen.push(...page.users.map(({ username }) => username));
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual(names);
    await expect(listUsers(identity, { cursor: 'nonsense' })).rejects.toMatchObject({ code: 'bad_request' });
  });
});
