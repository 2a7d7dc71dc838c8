import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, test } from 'vitest';
import { accountKeys, userKeys } from '../../src/contract/account.ts';
import { sha256 } from '../../src/ids.ts';
import { answered, type CallOptions, Client, refused } from '../client.ts';
import { queryDatabase } from '../database.ts';
import { openSession, type Person } from '../given.ts';
import { newGroup } from '../groups.ts';
import { newKey } from '../keys.ts';
import type { ServerProcess } from '../server-process.ts';
import { sharedServer, slowStartMs } from '../shared-server.ts';
import { fastestOf } from '../wait-for.ts';

const server = sharedServer({ env: { PERDURE_LOG_LEVEL: 'warn' } });
/** Promised to whoever revokes. */
const boundMs = 5_000;
let other: ServerProcess;
beforeAll(async () => {
  other = await server().startAnother();
}, slowStartMs);

const keysOf = async (person: Person) => answered(await person.client.get('/api/account/keys'), 200, accountKeys).keys;

/** What nobody is answered to, with these headers. */
const asks = (path: string, options: CallOptions) => server().anonymous.get(path, options);

describe('a key', () => {
  test('is shown once, begins so that it is recognised, and stands nowhere on disk', async () => {
    const person = await server().person();
    const made = await newKey(person, ['sessions:read', 'sessions:write'], { name: 'Büro-Bot', expires_in_days: 30 });
    expect(made.key).toMatch(/^pdk_[\w-]{43}$/);
    expect(made).toMatchObject({ name: 'Büro-Bot', hint: made.key.slice(0, 8), last_used_at: null, is_expired: false });
    expect(Date.parse(made.expires_at) - Date.parse(made.created_at)).toBe(30 * 86_400_000);
    const listed = await person.client.get('/api/account/keys');
    expect(listed.text).not.toContain(made.key);
    const { key, ...rest } = made;
    expect(answered(listed, 200, accountKeys)).toEqual({
      keys: [rest],
      scopes: ['sessions:read', 'sessions:write', 'knowledge:read'],
    });
    expect((await asks('/api/sessions', { token: key })).status).toBe(200);
    const bytes = readdirSync(server().dataDir)
      .filter((file) => file.startsWith('perdure.db'))
      .map((file) => readFileSync(join(server().dataDir, file)).toString('latin1'))
      .join('');
    expect(bytes).toContain(sha256(key));
    expect(bytes).not.toContain(key);
  });

  test('lives 90 days unless told, and a year at most', async () => {
    const person = await server().person();
    const made = await newKey(person);
    expect(Date.parse(made.expires_at) - Date.parse(made.created_at)).toBe(90 * 86_400_000);
    const make = (more: object) =>
      person.client.post('/api/account/keys', { name: 'A key', scopes: ['sessions:read'], ...more });
    for (const more of [
      { expires_in_days: 366 },
      { expires_in_days: 0 },
      { expires_in_days: 1.5 },
      { scopes: [] },
      { scopes: ['everything'] },
      { scopes: ['sessions:read', 'sessions:read'] },
      { name: '  ' },
      { name: 'a\u202eb' },
      { user_id: server().admin.user.id },
    ]) {
      refused(await make(more), 400, 'bad_request');
    }
    expect(await keysOf(person)).toHaveLength(1);
  });

  test('has no scope that its user’s role has no use for', async () => {
    const person = await server().person();
    const reply = await person.client.post('/api/account/keys', {
      name: 'Mine',
      scopes: ['sessions:read', 'admin:read'],
    });
    expect(refused(reply, 400, 'bad_request').detail).toBe('Your role has no use for the scope admin:read.');
    const curator = await server().person('curator');
    await newKey(curator, ['knowledge:write']);
  });

  test('comes in one of two headers; in an address, a cookie or beside another credential it is none', async () => {
    const person = await server().person();
    const [{ key }, second] = [await newKey(person), await newKey(person)];
    for (const headers of [{ 'x-api-key': key }, { authorization: `Bearer ${key}` }]) {
      expect((await asks('/api/sessions', { headers })).status).toBe(200);
    }
    const both = { 'x-api-key': key, authorization: `Bearer ${key}` };
    expect((await asks('/api/sessions', { headers: both })).status).toBe(200);
    const login = person.client.token ?? '';
    for (const headers of [
      { ...both, 'x-api-key': second.key },
      { ...both, 'x-api-key': '' },
      { 'x-api-key': key, authorization: `Bearer ${login}` },
      { 'x-api-key': login, authorization: `Bearer ${key}` },
      { 'x-api-key': login },
      { 'x-api-key': '', cookie: `perdure=${login}` },
      { 'x-api-key': 'pdk_wrong', cookie: `perdure=${login}` },
      { cookie: `perdure=${key}` },
    ]) {
      refused(await asks('/api/sessions', { headers }), 401, 'unauthenticated');
    }
    for (const name of ['key', 'api_key', 'x-api-key', 'token']) {
      expect((await asks(`/api/sessions?${name}=${key}`, {})).status).toBe(401);
    }
  });

  test.each(['authorization', 'x-api-key'])('opens sessions that are a program’s: %s', async (header) => {
    const person = await server().person();
    const { key } = await newKey(person, ['sessions:write']);
    const headers = { [header]: header === 'authorization' ? `Bearer ${key}` : key };
    expect((await server().anonymous.post('/api/sessions', {}, { headers })).status).toBe(201);
    const opened = 'select origin from user_sessions where user_id = ?';
    expect(queryDatabase(server().databasePath, opened, person.user.id)).toEqual([{ origin: 'api' }]);
  });

  test('opens what its scopes and its user’s role allow together, and says what it lacks', async () => {
    const person = await server().person();
    const { session_id } = await openSession(person);
    const reads = new Client(server().url, (await newKey(person, ['sessions:read'])).key);
    expect((await reads.get(`/api/sessions/${session_id}`)).status).toBe(200);
    const title = await reads.patch(`/api/sessions/${session_id}`, { title: 'Mine' });
    expect(refused(title, 403, 'key_scope').detail).toBe(
      'This API key is without the scope sessions:write. Make a key that has it.',
    );
    refused(await reads.post('/api/search', { query: 'gate' }), 403, 'key_scope');
    const writes = new Client(server().url, (await newKey(person, ['sessions:write'])).key);
    expect((await writes.patch(`/api/sessions/${session_id}`, { title: 'Mine' })).status).toBe(200);
    expect((await writes.get(`/api/sessions/${session_id}`)).status, 'who writes reads').toBe(200);
    const stranger = new Client(server().url, (await newKey(await server().person(), ['sessions:read'])).key);
    refused(await stranger.get(`/api/sessions/${session_id}`), 404, 'not_found');
    const foreign = { headers: { 'sec-fetch-site': 'cross-site', origin: 'https://elsewhere.example' } };
    expect((await writes.post('/api/sessions', undefined, foreign)).status, 'no page can know a key').toBe(201);
  });

  test('never makes itself at home: no keys, passwords, logins or accounts, whatever its scopes', async () => {
    const scopes = [
      'sessions:read',
      'sessions:write',
      'knowledge:read',
      'knowledge:write',
      'admin:read',
      'admin:write',
    ] as const;
    const administrator = await server().person('administrator');
    const client = new Client(server().url, (await newKey(administrator, scopes)).key);
    const victim = await server().person();
    const password = 'four ducks in the garden';
    for (const reply of [
      await client.post('/api/account/keys', { name: 'Another', scopes: ['admin:write'] }),
      await client.get('/api/account/keys'),
      await client.get('/api/account/logins'),
      await client.delete('/api/account/logins'),
      await client.post('/api/auth/logout'),
      await client.post('/api/account/password', { current_password: password, new_password: `${password} too` }),
      await client.post('/api/admin/users', { username: `eve-${randomUUID()}`, password, role: 'administrator' }),
      await client.patch(`/api/admin/users/${administrator.user.id}`, { password }),
      await client.patch(`/api/admin/users/${victim.user.id}`, { role: 'administrator' }),
      await client.delete(`/api/admin/users/${victim.user.id}`),
      await client.delete(`/api/admin/users/${victim.user.id}/logins`),
    ]) {
      expect(refused(reply, 403, 'key_scope').detail).toBe('No API key may do this. Sign in to do it.');
    }
  });

  test('is one of fifty at most', async () => {
    const person = await server().person();
    for (let n = 0; n < 50; n++) await newKey(person);
    const reply = await person.client.post('/api/account/keys', { name: 'One more', scopes: ['sessions:read'] });
    expect(refused(reply, 409, 'conflict').detail).toContain('Revoke one');
  });

  test('is named in the record of what is changed with it', async () => {
    const administrator = await server().person('administrator');
    const made = await newKey(administrator, ['admin:write'], { name: 'Directory sync' });
    const group = await newGroup({ ...administrator, client: new Client(server().url, made.key) });
    await administrator.client.delete(`/api/account/keys/${made.id}`);
    const rows = (objectId: string) =>
      queryDatabase(
        server().databasePath,
        'select action, actor_user_id, facts, personal from audit_log where object_id = ?',
        objectId,
      );
    const [created] = rows(group.id);
    expect(created).toMatchObject({ action: 'group.created', actor_user_id: administrator.user.id });
    expect(JSON.parse(String(created?.facts))).toMatchObject({ api_key_id: made.id });
    const ofKey = rows(made.id);
    expect(ofKey.map(({ action }) => action)).toEqual(['api_key.created', 'api_key.revoked']);
    expect(JSON.parse(String(ofKey[0]?.facts))).toMatchObject({
      user_id: administrator.user.id,
      scopes: ['admin:write'],
    });
    expect(ofKey[0]?.personal).toBe('{"name":"Directory sync"}');
    expect(JSON.stringify(ofKey)).not.toContain(made.key);
  });
});

describe('the end of a key', () => {
  type Given = { person: Person; id: string; key: string };
  const users = '/api/admin/users';

  test.each<[string, (given: Given) => Promise<unknown>]>([
    ['its owner revokes it', ({ person, id }) => person.client.delete(`/api/account/keys/${id}`)],
    [
      'an administrator revokes it',
      ({ person, id }) => server().admin.client.delete(`${users}/${person.user.id}/keys/${id}`),
    ],
    ['it expires', ({ id }) => Promise.resolve(expire(id))],
    [
      'its user is deactivated',
      ({ person }) => server().admin.client.patch(`${users}/${person.user.id}`, { is_active: false }),
    ],
    [
      'its user is demoted',
      ({ person }) => server().admin.client.patch(`${users}/${person.user.id}`, { role: 'member' }),
    ],
    [
      'its user’s password is set by an administrator',
      ({ person }) =>
        server().admin.client.patch(`${users}/${person.user.id}`, { password: 'four ducks in the garden' }),
    ],
    ['its user is deleted', ({ person }) => server().admin.client.delete(`${users}/${person.user.id}`)],
  ])('is seen by the very next call, and by its streams within five seconds: %s', async (_name, end) => {
    const tookMs = await fastestOf(3, boundMs, () => untilOut(end));
    expect(tookMs).toBeLessThan(boundMs);
  });

  /** How long after its end the last stream of a key is over. */
  async function untilOut(end: (given: Given) => Promise<unknown>): Promise<number> {
    const person = await server().person('administrator');
    const { session_id } = await openSession(person);
    const { id, key } = await newKey(person, ['sessions:read', 'admin:read']);
    const clients = [server().url, other.url].map((url) => new Client(url, key));
    const paths = [
      '/api/feed',
      `/api/sessions/${session_id}/events`,
      '/api/admin/sessions/events',
      '/api/admin/now/events',
    ];
    const streams = await Promise.all(clients.flatMap((client) => paths.map((path) => client.stream(path))));
    await end({ person, id, key });
    const startedMs = performance.now();
    for (const client of clients) refused(await client.get('/api/sessions'), 401, 'unauthenticated');
    await Promise.all(streams.map((stream) => stream.ended));
    return performance.now() - startedMs;
  }

  test('is final: activating its user again brings no key back', async () => {
    const person = await server().person();
    const { key } = await newKey(person);
    for (const is_active of [false, true]) {
      expect((await server().admin.client.patch(`${users}/${person.user.id}`, { is_active })).status).toBe(200);
    }
    refused(await asks('/api/sessions', { token: key }), 401, 'unauthenticated');
    const path = `${users}/${person.user.id}/keys`;
    expect(answered(await server().admin.client.get(path), 200, userKeys).keys).toEqual([]);
  });

  test('is for its owner and for administrators; an expired one is listed until it is revoked', async () => {
    const [person, stranger] = [await server().person(), await server().person()];
    const { id } = await newKey(person);
    refused(await stranger.client.delete(`/api/account/keys/${id}`), 404, 'not_found');
    refused(await server().admin.client.delete(`${users}/${stranger.user.id}/keys/${id}`), 404, 'not_found');
    expire(id);
    expect(await keysOf(person)).toMatchObject([{ id, is_expired: true }]);
    expect((await person.client.delete(`/api/account/keys/${id}`)).status).toBe(204);
    refused(await person.client.delete(`/api/account/keys/${id}`), 404, 'not_found');
    expect(await keysOf(person)).toEqual([]);
  });
});

test('keys that are not valid are slowed down after thirty from one network, and good ones are not', async () => {
  const { key } = await newKey(await server().person());
  const wrong = `pdk_${'x'.repeat(43)}`;
  let reply = await asks('/api/sessions', { token: wrong });
  for (let tries = 0; tries < 60 && reply.status === 401; tries++) {
    reply = await asks('/api/sessions', { headers: { 'x-api-key': wrong } });
  }
  expect(refused(reply, 429, 'too_many_requests').detail).toContain('Check the key.');
  expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
  expect((await asks('/api/sessions', { token: key })).status).toBe(200);
});

/** As time does it. */
function expire(keyId: string): void {
  const database = new DatabaseSync(server().databasePath, { timeout: 5_000 });
  database.prepare("update api_keys set expires_at = '2026-01-01T00:00:00.000Z' where id = ?").run(keyId);
  database.close();
}
