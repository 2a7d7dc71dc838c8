import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { type AccountLogin, accountLogins, revokedLogins } from '../../src/contract/account.ts';
import { loginAnswer } from '../../src/contract/auth.ts';
import { answered, Client, refused } from '../client.ts';
import { openSession, type Person, signIn } from '../given.ts';
import { newKey } from '../keys.ts';
import type { ServerProcess } from '../server-process.ts';
import { sharedServer, slowStartMs } from '../shared-server.ts';
import { fastestOf } from '../wait-for.ts';

const server = sharedServer({ env: { PERDURE_LOG_LEVEL: 'warn' } });
const password = 'four ducks in the garden';
const next = 'seven geese on the pond';
/** Promised to whoever revokes. */
const boundMs = 5_000;
let other: ServerProcess;
beforeAll(async () => {
  other = await server().startAnother();
}, slowStartMs);

/** Somebody with a password that is known. */
async function givenUser(): Promise<string> {
  const username = `user-${randomUUID()}`;
  const reply = await server().admin.client.post('/api/admin/users', { username, password });
  expect(reply.status).toBe(201);
  return username;
}

const change = (client: Client, current_password = password, new_password = next) =>
  client.post('/api/account/password', { current_password, new_password });

const loginsOf = async (client: Client, path = '/api/account/logins'): Promise<AccountLogin[]> =>
  answered(await client.get(path), 200, accountLogins).logins;

async function isSignedIn(client: Client): Promise<boolean> {
  return (await client.get('/api/auth/me')).status === 200;
}

describe('one’s own password', () => {
  test('is changed with the current one; every other login ends, and this one goes on with another token', async () => {
    const username = await givenUser();
    const [here, there] = [
      await signIn(server().url, username, password),
      await signIn(server().url, username, password),
    ];
    const feed = await there.client.stream('/api/feed');
    const reply = await change(here.client);
    const answer = answered(reply, 200, loginAnswer);
    expect(answer.user).toEqual(here.user);
    expect(reply.headers['set-cookie']?.[0]).toContain(`perdure=${answer.access_token}; Max-Age=2592000;`);
    expect(answer.access_token).not.toBe(here.client.token);
    expect([await isSignedIn(here.client), await isSignedIn(there.client)]).toEqual([false, false]);
    const renewed = new Client(server().url, answer.access_token);
    expect(await loginsOf(renewed)).toMatchObject([{ is_current: true }]);
    await feed.ended;
    refused(await server().anonymous.post('/api/auth/login', { username, password }), 401, 'wrong_credentials');
    await signIn(server().url, username, next);
  });

  test('takes the API keys along when that is wanted, and leaves them when nothing is said', async () => {
    const person = await signIn(server().url, await givenUser(), password);
    const { key } = await newKey(person);
    const program = new Client(server().url, key);
    const kept = answered(await change(person.client), 200, loginAnswer);
    expect(await isSignedIn(program)).toBe(true);
    const body = { current_password: next, new_password: password, revoke_api_keys: true };
    answered(await new Client(server().url, kept.access_token).post('/api/account/password', body), 200, loginAnswer);
    expect(await isSignedIn(program)).toBe(false);
  });

  test('is not changed with a wrong one, into an easy one, into itself, or by a malformed request', async () => {
    const username = await givenUser();
    const { client } = await signIn(server().url, username, password);
    refused(await change(client, 'not the password'), 403, 'wrong_password');
    expect(refused(await change(client, password, 'Passw0rd2026!!'), 400, 'weak_password').detail).toContain(
      'Use several',
    );
    expect(refused(await change(client, password, username), 400, 'weak_password').detail).toContain('a name');
    expect(refused(await change(client, password, password), 400, 'bad_request').detail).toContain('the current one');
    refused(await change(client, password, 'too short'), 400, 'bad_request');
    refused(await client.post('/api/account/password', { new_password: next }), 400, 'bad_request');
    refused(
      await client.post('/api/account/password', { current_password: password, new_password: next, user_id: 'x' }),
      400,
      'bad_request',
    );
    expect(await isSignedIn(client)).toBe(true);
    await signIn(server().url, username, password);
  });

  test('is not guessed by whoever found a page open: wrong ones are slowed down as failed sign-ins are', async () => {
    const username = await givenUser();
    const { client } = await signIn(server().url, username, password);
    let tries = 0;
    let reply = await change(client, 'not the password');
    // The wait doubles with each: on a slow machine the first of them pass while the next try is under way.
    for (; reply.status === 403 && tries < 15; tries++) reply = await change(client, 'not the password');
    refused(reply, 429, 'too_many_requests');
    expect(tries).toBeGreaterThanOrEqual(5);
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
  });
});

describe('logins', () => {
  test('are listed with their device, and which is this one; one is ended, then all others', async () => {
    const person = await server().person();
    const firefox = await server().signInAgain(person, 'Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Firefox/144.0');
    const curl = await server().signInAgain(person, 'curl/8.5.0');
    const logins = await loginsOf(firefox);
    expect(logins.map(({ device }) => device).toSorted()).toEqual(['Firefox on Linux', 'Unknown device', 'curl']);
    expect(logins.filter((login) => login.is_current).map(({ device }) => device)).toEqual(['Firefox on Linux']);
    expect(JSON.stringify(logins)).not.toContain(curl.token);
    const id = logins.find(({ device }) => device === 'curl')?.id ?? '';
    expect((await firefox.delete(`/api/account/logins/${id}`)).status).toBe(204);
    expect(await isSignedIn(curl)).toBe(false);
    refused(await firefox.delete(`/api/account/logins/${id}`), 404, 'not_found');
    expect(answered(await firefox.delete('/api/account/logins'), 200, revokedLogins)).toEqual({ revoked: 1 });
    expect([await isSignedIn(firefox), await isSignedIn(person.client)]).toEqual([true, false]);
    expect(answered(await firefox.delete('/api/account/logins'), 200, revokedLogins)).toEqual({ revoked: 0 });
  });

  test('of somebody else are not there, for an administrator either who asks as a person', async () => {
    const [alice, bob] = [await server().person(), await server().person()];
    const [login] = await loginsOf(bob.client);
    for (const client of [alice.client, server().admin.client]) {
      refused(await client.delete(`/api/account/logins/${login?.id}`), 404, 'not_found');
    }
    const foreign = `/api/admin/users/${alice.user.id}/logins/${login?.id}`;
    refused(await server().admin.client.delete(foreign), 404, 'not_found');
    for (const path of ['logins', `logins/${login?.id}`]) {
      refused(await server().admin.client.delete(`/api/admin/users/${randomUUID()}/${path}`), 404, 'not_found');
    }
    refused(await server().admin.client.get(`/api/admin/users/${randomUUID()}/logins`), 404, 'not_found');
    expect(await isSignedIn(bob.client)).toBe(true);
  });

  test('an administrator lists and ends those of anybody', async () => {
    const person = await server().person();
    const other = await server().signInAgain(person, 'curl/8.5.0');
    const path = `/api/admin/users/${person.user.id}/logins`;
    const logins = await loginsOf(server().admin.client, path);
    expect(logins.map(({ device, is_current }) => `${device} ${is_current}`).toSorted()).toEqual([
      'Unknown device false',
      'curl false',
    ]);
    const id = logins.find(({ device }) => device === 'curl')?.id;
    expect((await server().admin.client.delete(`${path}/${id}`)).status).toBe(204);
    expect([await isSignedIn(other), await isSignedIn(person.client)]).toEqual([false, true]);
    expect(answered(await server().admin.client.delete(path), 200, revokedLogins)).toEqual({ revoked: 1 });
    expect(await isSignedIn(person.client)).toBe(false);
  });

  test.each<[string, (person: Person, id: string) => Promise<unknown>]>([
    [
      'its owner ends it',
      async (person, id) => (await server().signInAgain(person)).delete(`/api/account/logins/${id}`),
    ],
    [
      'an administrator ends it',
      (person, id) => server().admin.client.delete(`/api/admin/users/${person.user.id}/logins/${id}`),
    ],
  ])('every stream of one ends within five seconds, on every instance: %s', async (_name, revoke) => {
    const tookMs = await fastestOf(3, boundMs, () => untilOut(revoke));
    expect(tookMs).toBeLessThan(boundMs);
  });
});

/** How long after its end the last stream of a login is over. */
async function untilOut(revoke: (person: Person, loginId: string) => Promise<unknown>): Promise<number> {
  const person = await server().person('administrator');
  const { session_id } = await openSession(person);
  const [login] = await loginsOf(person.client);
  const clients = [server().url, other.url].map((url) => new Client(url, person.client.token));
  const paths = [
    '/api/feed',
    `/api/sessions/${session_id}/events`,
    '/api/admin/sessions/events',
    '/api/admin/now/events',
  ];
  const streams = await Promise.all(clients.flatMap((client) => paths.map((path) => client.stream(path))));
  await revoke(person, login?.id ?? '');
  const startedMs = performance.now();
  for (const client of clients) refused(await client.get('/api/auth/me'), 401, 'unauthenticated');
  await Promise.all(streams.map((stream) => stream.ended));
  return performance.now() - startedMs;
}
