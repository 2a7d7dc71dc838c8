import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { admits } from '../access/authorize.ts';
import { adminUserRoutes } from '../admin/users-routes.ts';
import { noProxies } from '../client-address.ts';
import { systemClock } from '../clock.ts';
import { byServer } from '../contract/audit.ts';
import { createGate } from '../http/gate.ts';
import { cookieName } from '../http/guard.ts';
import { mount } from '../http/mount.ts';
import { createSealing } from '../sealing.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { Store } from '../store/store.ts';
import { authenticate } from './authenticate.ts';
import type { Identity } from './identity.ts';
import { createCodeThrottle, createLoginThrottle } from './login-throttle.ts';
import { createPasswords } from './passwords.ts';
import { authRoutes } from './routes.ts';
import { createUser } from './users.ts';

const password = 'correct horse battery';
const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const nobody = '00000000-0000-4000-8000-00000000dead';

let folder: string;
let store: Store;
let identity: Identity;
const sealing = createSealing('only in tests, 32 characters long');

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'perdure-auth-routes-'));
  store = await openSqliteStore({ path: join(folder, 'perdure.db'), clock: systemClock });
  const passwords = createPasswords({ logN: 4, r: 1, p: 1 });
  identity = {
    store,
    clock: systemClock,
    log,
    passwords,
    throttle: createLoginThrottle(systemClock),
    sealing,
    codeThrottle: createCodeThrottle(systemClock),
  };
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const room = { inAll: 1_000, perCaller: 1_000 };

function serve(publicUrl = new URL('http://127.0.0.1:3000')) {
  const cookie = cookieName(publicUrl);
  const routes = [...authRoutes(identity, { cookie }), ...adminUserRoutes(identity)];
  return mount(routes, {
    authenticate: ({ token }) => authenticate(identity, token),
    isLive: () => Promise.resolve(true),
    admit: admits,
    actorId: ({ userId }) => userId,
    observe: quiet,
    admitStream: () => 'all',
    gates: { ordinary: createGate(room), long: createGate(room) },
    log,
    publicUrl,
    cookie,
    trustedProxies: noProxies,
    requestDeadlineMs: 10_000,
  });
}

type App = Hono<never>;
type Init = { method?: string; body?: unknown; headers?: Record<string, string>; token?: string };

async function call(
  app: ReturnType<typeof serve>,
  path: string,
  { method = 'GET', body, headers = {}, token }: Init = {},
) {
  const response = await (app as unknown as App).request(
    path,
    {
      method,
      headers: {
        ...headers,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    },
    {
      incoming: { url: path, socket: { remoteAddress: '127.0.0.1' }, headers: {}, complete: true },
      outgoing: new EventEmitter(),
    },
  );
  const text = await response.text();
  const json: unknown = text === '' ? undefined : JSON.parse(text);
  return { status: response.status, headers: response.headers, json };
}

async function signIn(app: ReturnType<typeof serve>, username: string) {
  const answer = await call(app, '/api/auth/login', { method: 'POST', body: { username, password } });
  return { ...answer, token: (answer.json as { access_token: string }).access_token };
}

describe('signing in over HTTP', () => {
  test('gives token and cookie; both say who one is; signing out ends both', async () => {
    const user = await createUser(identity, byServer, { username: 'alice', password });
    const app = serve();
    const { status, json, headers, token } = await signIn(app, 'alice');
    const me = { id: user.id, username: 'alice', display_name: 'alice', role: 'member' };
    expect(status).toBe(200);
    expect(json).toEqual({
      access_token: token,
      token_type: 'bearer',
      expires_at: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/) as unknown,
      user: me,
    });
    const cookie = headers.get('set-cookie') ?? '';
    expect(cookie).toBe(`perdure=${token}; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax`);
    const byCookie = { headers: { cookie: `perdure=${token}` } };
    expect((await call(app, '/api/auth/me', byCookie)).json).toEqual(me);
    expect((await call(app, '/api/auth/me', { token })).json).toEqual(me);

    const own = { headers: { ...byCookie.headers, 'sec-fetch-site': 'same-origin' } };
    const out = await call(app, '/api/auth/logout', { method: 'POST', ...own });
    expect(out.status).toBe(204);
    expect(out.headers.get('set-cookie')).toBe('perdure=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax');
    expect((await call(app, '/api/auth/me', byCookie)).status).toBe(401);
    expect((await call(app, '/api/auth/me', { token })).status).toBe(401);
  });

  test('over https the cookie is __Host- and Secure, and the plain one is nothing', async () => {
    await createUser(identity, byServer, { username: 'alice', password });
    const app = serve(new URL('https://perdure.example'));
    const { headers, token } = await signIn(app, 'alice');
    expect(headers.get('set-cookie')).toMatch(/^__Host-perdure=.*; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
    expect((await call(app, '/api/auth/me', { headers: { cookie: `perdure=${token}` } })).status).toBe(401);
    expect((await call(app, '/api/auth/me', { headers: { cookie: `__Host-perdure=${token}` } })).status).toBe(200);
  });

  test('a cookie that somebody planted is not adopted: each sign-in has a token of its own, and ends nobody else’s', async () => {
    await createUser(identity, byServer, { username: 'alice', password });
    await createUser(identity, byServer, { username: 'mallory', password });
    const app = serve();
    const mallory = await signIn(app, 'mallory');
    const planted = [mallory.token, 'A'.repeat(43), '', 'x; perdure=y'];
    const tokens = new Set<string>();
    for (const value of planted) {
      const headers = { cookie: `perdure=${value}`, origin: 'http://127.0.0.1:3000' };
      const body = { username: 'alice', password };
      const signedIn = await call(app, '/api/auth/login', { method: 'POST', body, headers });
      const { access_token: token } = signedIn.json as { access_token: string };
      expect(signedIn.headers.get('set-cookie')).toContain(`perdure=${token};`);
      expect(planted).not.toContain(token);
      tokens.add(token);
      const who = await call(app, '/api/auth/me', { headers: { cookie: `perdure=${value}` } });
      if (value === mallory.token) expect(who.json).toMatchObject({ username: 'mallory' });
      else expect(who.status).toBe(401);
    }
    expect(tokens.size).toBe(planted.length);
  });

  test('a wrong name and a wrong password have one answer, and too many have a Retry-After', async () => {
    await createUser(identity, byServer, { username: 'alice', password });
    const app = serve();
    const attempt = (username: string) =>
      call(app, '/api/auth/login', { method: 'POST', body: { username, password: 'wrong' } });
    const answers = await Promise.all([attempt('alice'), attempt('nobody')]);
    const [one, two] = answers.map(({ status, json }) => ({ ...(json as object), status, request_id: '' }));
    expect(one).toEqual(two);
    expect(one).toMatchObject({ status: 401, code: 'wrong_credentials' });
    for (let n = 0; n < 4; n++) await attempt('alice');
    const slowed = await attempt('alice');
    expect(slowed.status).toBe(429);
    expect(slowed.headers.get('retry-after')).toBe('1');
  });

  test.each([
    ['no body', undefined],
    ['a name alone', { username: 'alice' }],
    ['an unknown field', { username: 'alice', password, role: 'administrator' }],
    ['numbers', { username: 1, password: 2 }],
  ])('%s is a 400', async (_name, body) => {
    expect((await call(serve(), '/api/auth/login', { method: 'POST', body })).status).toBe(400);
  });

  test('a page of another site signs nobody in and out', async () => {
    await createUser(identity, byServer, { username: 'alice', password });
    const app = serve();
    const { token } = await signIn(app, 'alice');
    const foreign = { 'sec-fetch-site': 'cross-site' };
    const login = { method: 'POST', headers: foreign, body: { username: 'alice', password } };
    expect((await call(app, '/api/auth/login', login)).status).toBe(403);
    const logout = { method: 'POST', headers: { ...foreign, cookie: `perdure=${token}` } };
    expect((await call(app, '/api/auth/logout', logout)).status).toBe(403);
    expect((await call(app, '/api/auth/me', { token })).status).toBe(200);
  });
});

describe('users over HTTP', () => {
  test('an administrator makes, reads, lists, changes and deletes a user', async () => {
    await createUser(identity, byServer, { username: 'root', password, role: 'administrator' });
    const app = serve();
    const { token } = await signIn(app, 'root');
    const body = { username: 'bob', password, display_name: 'Bob', role: 'curator' };
    const made = await call(app, '/api/admin/users', { method: 'POST', token, body });
    expect(made.status).toBe(201);
    const bob = made.json as { id: string };
    expect(bob).toEqual({
      id: bob.id,
      username: 'bob',
      display_name: 'Bob',
      email: null,
      role: 'curator',
      has_second_factor: false,
      is_active: true,
      created_at: expect.any(String) as unknown,
      last_login_at: null,
    });
    const path = `/api/admin/users/${bob.id}`;
    expect(await call(app, path, { token })).toMatchObject({ status: 200, json: bob });
    const found = await call(app, '/api/admin/users?q=BO&limit=1', { token });
    expect(found.json).toEqual({ users: [bob], next_cursor: null });
    const changed = await call(app, path, { method: 'PATCH', token, body: { is_active: false } });
    expect(changed).toMatchObject({ status: 200, json: { ...bob, is_active: false } });
    expect((await call(app, path, { method: 'DELETE', token })).status).toBe(204);
    expect((await call(app, path, { token })).status).toBe(404);
    expect((await call(app, path, { method: 'DELETE', token })).status).toBe(404);
  });

  test('what cannot be done has its own answer', async () => {
    const root = await createUser(identity, byServer, { username: 'root', password, role: 'administrator' });
    const app = serve();
    const { token } = await signIn(app, 'root');
    const send = (method: string, path: string, body?: unknown) =>
      call(app, `/api/admin/users${path}`, { method, token, body });
    const taken = await send('POST', '', { username: 'ROOT', password });
    expect(taken).toMatchObject({ status: 409, json: { code: 'name_taken' } });
    expect(await send('POST', '', { username: 'bob', password: 'short' })).toMatchObject({ status: 400 });
    expect(await send('POST', '', { username: 'bob', password, is_active: true })).toMatchObject({ status: 400 });
    expect(await send('PATCH', `/${root.id}`, { id: nobody })).toMatchObject({ status: 400 });
    const last = { status: 409, json: { code: 'last_administrator' } };
    expect(await send('PATCH', `/${root.id}`, { role: 'member' })).toMatchObject(last);
    expect(await send('DELETE', `/${root.id}`)).toMatchObject(last);
    for (const id of [nobody, 'not-an-id', '%00']) expect((await send('GET', `/${id}`)).status).toBe(404);
    expect((await send('GET', '?cursor=nonsense')).status).toBe(400);
    expect((await send('GET', '?limit=0')).status).toBe(400);
  });

  test('members and curators get 403, strangers 401, and nothing is changed', async () => {
    const { id } = await createUser(identity, byServer, { username: 'root', password, role: 'administrator' });
    await createUser(identity, byServer, { username: 'mem', password });
    await createUser(identity, byServer, { username: 'cur', password, role: 'curator' });
    const app = serve();
    const calls: [string, string, unknown?][] = [
      ['POST', '', { username: 'eve', password, role: 'administrator' }],
      ['GET', ''],
      ['GET', `/${id}`],
      ['GET', `/${nobody}`],
      ['PATCH', `/${id}`, { password }],
      ['DELETE', `/${id}`],
    ];
    const tokens = [undefined, (await signIn(app, 'mem')).token, (await signIn(app, 'cur')).token];
    for (const [method, path, body] of calls) {
      const statuses = await Promise.all(
        tokens.map(async (token) => {
          const init = { method, body, ...(token !== undefined && { token }) };
          return (await call(app, `/api/admin/users${path}`, init)).status;
        }),
      );
      expect(statuses, `${method} ${path}`).toEqual([401, 403, 403]);
    }
    expect(await store.scan.listUsers({ limit: 10 })).toHaveLength(3);
  });

  test('a suspended administrator is nobody from the next call on', async () => {
    await createUser(identity, byServer, { username: 'root', password, role: 'administrator' });
    const second = await createUser(identity, byServer, {
      username: 'second',
      password,
      role: 'administrator',
    });
    const app = serve();
    const [root, other] = [await signIn(app, 'root'), await signIn(app, 'second')];
    expect((await call(app, '/api/admin/users', { token: other.token })).status).toBe(200);
    const suspend = { method: 'PATCH', token: root.token, body: { is_active: false } };
    await call(app, `/api/admin/users/${second.id}`, suspend);
    expect((await call(app, '/api/admin/users', { token: other.token })).status).toBe(401);
    expect(
      (await call(app, '/api/auth/login', { method: 'POST', body: { username: 'second', password } })).status,
    ).toBe(401);
  });
});
