import { randomInt, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { adminUser, loginAnswer, me } from '../../src/contract/auth.ts';
import { newReset } from '../../src/contract/links.ts';
import {
  begunSecondFactor,
  renewedRecoveryCodes,
  secondFactorRule,
  secondFactorState,
} from '../../src/contract/second-factor.ts';
import { createPasswords } from '../../src/identity/passwords.ts';
import { answered, Client, refused } from '../client.ts';
import { queryDatabase } from '../database.ts';
import type { Person } from '../given.ts';
import { sendHalf } from '../half-sent.ts';
import { newKey } from '../keys.ts';
import { tokenIn } from '../links.ts';
import { beginSecondFactor, codeOf, turnOn, withPassword } from '../second-factor.ts';
import { sharedServer } from '../shared-server.ts';
import { SseReader } from '../sse-reader.ts';

const server = sharedServer({ env: { PERDURE_TRUSTED_PROXIES: '127.0.0.1' } });
const password = 'correct horse battery staple';
let admin: Client;
beforeAll(() => {
  admin = server().admin.client;
});

const newName = () => `two-${randomUUID().slice(0, 8)}`;
const newPerson = (role = 'member') => withPassword(server().admin, newName(), password, role);
const given = async (role = 'member') => turnOn(await newPerson(role), password);
const stateOf = async (client: Client) =>
  answered(await client.get('/api/account/second-factor'), 200, secondFactorState);

/** Asked from a network of its own: one network is slowed down for its failures. */
const ask = (path: string, json: unknown) => {
  const from = [10, randomInt(256), randomInt(256), randomInt(256)].join('.');
  return server().anonymous.post(path, json, { headers: { 'x-forwarded-for': from } });
};
async function challengeFor({ username }: Person): Promise<string> {
  const { challenge } = refused(await ask('/api/auth/login', { username, password }), 401, 'second_factor_required');
  if (challenge === undefined) throw new Error('There is no challenge.');
  return challenge;
}
const enter = (challenge: string, code: string) => ask('/api/auth/login/second-factor', { challenge, code });
/** The code is looked at once it is asked for, as people do. */
const signIn = async (person: Person, code: string | (() => string)) => {
  const challenge = await challengeFor(person);
  return enter(challenge, typeof code === 'string' ? code : code());
};
const audited = (userId: string) =>
  queryDatabase(server().databasePath, `select action from audit_log where object_id = ? order by position`, userId)
    .map((row) => String(row.action))
    .filter((action) => action.startsWith('second_factor.'));

describe('turning it on', () => {
  test('takes the password, then a code of the app; then every login is over but the new one', async () => {
    const person = await newPerson();
    const { username } = person;
    const other = answered(await ask('/api/auth/login', { username, password }), 200, loginAnswer);
    expect(await stateOf(person.client)).toEqual({
      is_on: false,
      on_since: null,
      is_required: false,
      recovery_codes_left: 0,
    });
    const begun = await person.client.post('/api/account/second-factor/begin', { password });
    const { secret, uri } = answered(begun, 200, begunSecondFactor);
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    const parsed = new URL(uri);
    expect([parsed.protocol, parsed.host, decodeURIComponent(parsed.pathname)]).toEqual([
      'otpauth:',
      'totp',
      `/Perdure:${username}`,
    ]);
    expect(parsed.searchParams.get('secret')).toBe(secret);
    expect((await stateOf(person.client)).is_on, 'not before it is confirmed').toBe(false);
    answered(await ask('/api/auth/login', { username, password }), 200, loginAnswer);

    const reply = await person.client.post('/api/account/second-factor/confirm', { code: codeOf(secret) });
    expect(reply.headers['set-cookie']?.join()).toMatch(/^perdure=[\w-]{43};.*HttpOnly/);
    const { recovery_codes: codes, login } = JSON.parse(reply.text);
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^([a-z2-9]{4}-){3}[a-z2-9]{4}$/);
    refused(await person.client.get('/api/auth/me'), 401);
    refused(await new Client(server().url, other.access_token).get('/api/auth/me'), 401);
    const client = new Client(server().url, login.access_token);
    expect(await stateOf(client)).toMatchObject({ is_on: true, recovery_codes_left: 10 });
    const shown = answered(await admin.get(`/api/admin/users/${person.user.id}`), 200, adminUser);
    expect(shown.has_second_factor).toBe(true);
    expect(audited(person.user.id)).toEqual(['second_factor.turned_on']);
  });

  test('begun again gives another secret; the first one’s codes are wrong', async () => {
    const { client } = await newPerson();
    const [first, second] = [await beginSecondFactor(client, password), await beginSecondFactor(client, password)];
    expect(second).not.toBe(first);
    refused(await client.post('/api/account/second-factor/confirm', { code: codeOf(first) }), 403, 'not_confirmed');
    expect((await client.post('/api/account/second-factor/confirm', { code: codeOf(second) })).status).toBe(200);
  });

  const next = 'staple battery horse correct';
  test.each<[string, (person: Person) => Promise<unknown>]>([
    [
      'a reset',
      async ({ user }) => {
        const { link } = answered(await admin.post(`/api/admin/users/${user.id}/reset`), 201, newReset);
        return ask('/api/auth/resets/use', { token: tokenIn(link), password: next });
      },
    ],
    ['an administrator', ({ user }) => admin.patch(`/api/admin/users/${user.id}`, { password: next })],
    [
      'the user',
      ({ client }) => client.post('/api/account/password', { current_password: password, new_password: next }),
    ],
  ])('begun before the password was changed by %s, it is not turned on after', async (_name, change) => {
    const person = await newPerson();
    const secret = await beginSecondFactor(person.client, password);
    const half = await sendHalf(
      person.client,
      'POST',
      '/api/account/second-factor/confirm',
      JSON.stringify({ code: codeOf(secret) }),
    );
    await change(person);
    refused(await half.finish(), 401, 'unauthenticated');
    const login = answered(
      await ask('/api/auth/login', { username: person.username, password: next }),
      200,
      loginAnswer,
    );
    const client = new Client(server().url, login.access_token);
    refused(await client.post('/api/account/second-factor/confirm', { code: codeOf(secret) }), 403, 'not_confirmed');
    expect((await stateOf(client)).is_on).toBe(false);
  });

  test('is refused with a wrong password, a wrong code, nothing begun, and when it is on', async () => {
    const { client } = await newPerson();
    const begin = (typed: unknown) => client.post('/api/account/second-factor/begin', { password: typed });
    const confirm = (code: unknown) => client.post('/api/account/second-factor/confirm', { code });
    refused(await begin('not the password'), 403, 'not_confirmed');
    refused(await confirm('123456'), 403, 'not_confirmed');
    for (const nothing of [null, '', undefined, 123_456]) {
      refused(await begin(nothing), 400, 'bad_request');
      refused(await confirm(nothing), 400, 'bad_request');
    }
    const { person } = await given();
    const again = await person.client.post('/api/account/second-factor/begin', { password });
    refused(again, 409, 'conflict');
  });
});

describe('signing in with it', () => {
  test('takes the password first, and says nothing before that', async () => {
    const { person } = await given();
    const wrong = await ask('/api/auth/login', { username: person.username, password: 'not the password' });
    expect(refused(wrong, 401, 'wrong_credentials').challenge).toBeUndefined();
    const right = await ask('/api/auth/login', { username: person.username, password });
    expect(right.headers['set-cookie']).toBeUndefined();
    expect(right.text).not.toContain('access_token');
  });

  test('takes a code of the app, once', async () => {
    const { person, secret } = await given();
    refused(await signIn(person, () => codeOf(secret)), 401, 'wrong_code');
    const challenge = await challengeFor(person);
    const code = codeOf(secret, 1);
    const reply = await enter(challenge, `${code.slice(0, 3)} ${code.slice(3)}`);
    const { access_token, user } = answered(reply, 200, loginAnswer);
    expect(user.username).toBe(person.username);
    expect(reply.headers['set-cookie']?.join()).toContain(`perdure=${access_token};`);
    expect((await new Client(server().url, access_token).get('/api/sessions')).status).toBe(200);
    refused(await enter(challenge, code), 401, 'wrong_code');
    refused(await signIn(person, code), 401, 'wrong_code');
    refused(await signIn(person, () => codeOf(secret)), 401, 'wrong_code');
  });

  test('a code that comes many times at once is good once', async () => {
    const { person, secret } = await given();
    const [challenge, code] = [await challengeFor(person), codeOf(secret, 1)];
    const replies = await Promise.all(Array.from({ length: 4 }, () => enter(challenge, code)));
    expect(replies.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 401, 401, 401]);
  });

  test.each([-3, 3])('a code of %i steps from now is refused', async (steps) => {
    const { person, secret } = await given();
    refused(await signIn(person, () => codeOf(secret, steps)), 401, 'wrong_code');
  });

  test('takes a recovery code, however it is written, once', async () => {
    const { person, recovery_codes: codes } = await given();
    const [first = '', second = ''] = codes;
    answered(await signIn(person, ` ${first.toUpperCase().replaceAll('-', ' ')}`), 200, loginAnswer);
    refused(await signIn(person, first), 401, 'wrong_code');
    const { access_token } = answered(await signIn(person, second), 200, loginAnswer);
    expect((await stateOf(new Client(server().url, access_token))).recovery_codes_left).toBe(8);
  });

  test('a recovery code of somebody else is wrong', async () => {
    const [{ person }, other] = [await given(), await given()];
    refused(await signIn(person, other.recovery_codes[0] ?? ''), 401, 'wrong_code');
    answered(await signIn(other.person, other.recovery_codes[0] ?? ''), 200, loginAnswer);
  });

  test('a challenge of somebody else signs in them alone, and is void with another password', async () => {
    const [one, other] = [await given(), await given()];
    refused(await signIn(one.person, () => codeOf(other.secret, 1)), 401, 'wrong_code');
    const challenge = await challengeFor(one.person);
    await admin.patch(`/api/admin/users/${one.person.user.id}`, { password: 'another long password' });
    refused(await enter(challenge, codeOf(one.secret, 1)), 401, 'challenge_over');
  });

  test.each(['x', 'undefined', 'null', 'v1.0000000000000000.AAAA', 'A'.repeat(43)])(
    'what is no challenge is refused: %s',
    async (challenge) => {
      refused(await enter(challenge, '123456'), 401, 'challenge_over');
    },
  );

  test('guessing codes is slowed down, and the challenge is no credential', async () => {
    const { person } = await given();
    const challenge = await challengeFor(person);
    refused(await server().anonymous.get('/api/auth/me', { token: challenge }), 401);
    const guesses = Array.from({ length: 12 }, (_, n) => enter(challenge, String(n).padStart(6, '0')));
    const replies = await Promise.all(guesses);
    const slowed = replies.filter(({ status }) => status === 429);
    expect(slowed.length).toBeGreaterThan(0);
    for (const reply of slowed) expect(Number(reply.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect(replies.filter(({ status }) => status === 401).length).toBeGreaterThanOrEqual(5);
  });

  test('a password whose hash is weaker than those made today is hashed anew at a sign-in in two steps', async () => {
    const { person, recovery_codes: codes } = await given();
    const { id } = person.user;
    const weakHash = await createPasswords({ logN: 4, r: 8, p: 1 }).hash(password);
    const database = new DatabaseSync(server().databasePath, { timeout: 5_000 });
    database.prepare('update users set password_hash = ? where id = ?').run(weakHash, id);
    database.close();
    const stored = () =>
      String(
        queryDatabase(server().databasePath, 'select password_hash from users where id = ?', id)[0]?.password_hash,
      );
    const challenge = await challengeFor(person);
    expect(stored(), 'not before the second step').toBe(weakHash);
    answered(await enter(challenge, codes[0] ?? ''), 200, loginAnswer);
    expect(stored()).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$/);
    answered(await signIn(person, codes[1] ?? ''), 200, loginAnswer);
  });
});

describe('with it on', () => {
  test('recovery codes are made anew with password and code; those before are void', async () => {
    const { person, secret, recovery_codes: before } = await given();
    const renew = (body: unknown) => person.client.post('/api/account/second-factor/recovery-codes', body);
    refused(await renew({ password: 'not the password', code: codeOf(secret, 1) }), 403, 'not_confirmed');
    refused(await renew({ password, code: '000000' }), 403, 'not_confirmed');
    const { recovery_codes: codes } = answered(
      await renew({ password, code: codeOf(secret, 1) }),
      200,
      renewedRecoveryCodes,
    );
    expect(codes).toHaveLength(10);
    refused(await signIn(person, before[0] ?? ''), 401, 'wrong_code');
    answered(await signIn(person, codes[0] ?? ''), 200, loginAnswer);
    expect(audited(person.user.id)).toContain('second_factor.codes_renewed');
  });

  test('it is turned off with password and code, never with one alone; every login ends but the one in the answer', async () => {
    const { person, recovery_codes: codes } = await given();
    const other = answered(await signIn(person, codes[0] ?? ''), 200, loginAnswer);
    const turnOff = (body: unknown) => person.client.post('/api/account/second-factor/turn-off', body);
    refused(await turnOff({ password }), 400);
    refused(await turnOff({ password: 'not the password', code: codes[1] }), 403, 'not_confirmed');
    refused(await turnOff({ password, code: codes[0] }), 403, 'not_confirmed');
    const { access_token } = answered(await turnOff({ password, code: codes[1] }), 200, loginAnswer);
    expect((await stateOf(new Client(server().url, access_token))).is_on).toBe(false);
    for (const client of [person.client, new Client(server().url, other.access_token)]) {
      refused(await client.get('/api/auth/me'), 401);
    }
    answered(await ask('/api/auth/login', { username: person.username, password }), 200, loginAnswer);
    expect(audited(person.user.id)).toEqual(['second_factor.turned_on', 'second_factor.turned_off']);
  });

  test('an administrator takes it away: the user is signed out, and signs in with the password', async () => {
    const { person } = await given();
    const path = `/api/admin/users/${person.user.id}/second-factor`;
    expect((await admin.delete(path)).status).toBe(204);
    expect((await admin.delete(path)).status).toBe(204);
    refused(await person.client.get('/api/auth/me'), 401);
    answered(await ask('/api/auth/login', { username: person.username, password }), 200, loginAnswer);
    refused(await admin.delete(`/api/admin/users/${randomUUID()}/second-factor`), 404);
    expect(audited(person.user.id), 'what is not there is not removed').toEqual([
      'second_factor.turned_on',
      'second_factor.removed',
    ]);
  });

  test('a reset of the password leaves it on', async () => {
    const { person, secret } = await given();
    const { link } = answered(await admin.post(`/api/admin/users/${person.user.id}/reset`), 201, newReset);
    expect((await ask('/api/auth/resets/use', { token: tokenIn(link), password })).status).toBe(200);
    refused(await person.client.get('/api/auth/me'), 401);
    answered(await signIn(person, () => codeOf(secret, 1)), 200, loginAnswer);
  });

  test('the store and the log hold neither the secret nor a recovery code', async () => {
    const { secret, recovery_codes: codes } = await given();
    const files = readdirSync(server().dataDir).filter((file) => file.startsWith('perdure.db'));
    for (const text of [secret, ...codes, ...codes.map((code) => code.replaceAll('-', ''))]) {
      expect(server().process.log).not.toContain(text);
      for (const file of files) expect(readFileSync(join(server().dataDir, file)).includes(text)).toBe(false);
    }
  });
});

const require = (roles: unknown) => admin.put('/api/admin/second-factor', { required_for: roles });

describe('required of a role', () => {
  beforeEach(async () => {
    expect((await require([])).status).toBe(200);
  });

  test('signs out who has none, and leads them to it before anything else', async () => {
    const [without, { person }, member] = [await newPerson('curator'), await given('curator'), await newPerson()];
    const stream = await without.client.stream('/api/feed');
    const [ended, kept] = [await newKey(without), await newKey(person)];
    const withKey = (key: string) => new Client(server().url, key).get('/api/sessions');
    expect((await withKey(ended.key)).status).toBe(200);
    expect(answered(await require(['curator']), 200, secondFactorRule)).toEqual({ required_for: ['curator'] });
    await stream.ended;
    refused(await without.client.get('/api/auth/me'), 401);
    refused(await withKey(ended.key), 401);
    expect((await withKey(kept.key)).status).toBe(200);
    expect((await person.client.get('/api/corpora')).status).toBe(200);
    expect((await member.client.get('/api/corpora')).status).toBe(200);

    const { username } = without;
    const { access_token, user } = answered(await ask('/api/auth/login', { username, password }), 200, loginAnswer);
    expect(user.must_turn_on_second_factor).toBe(true);
    const limited = new Client(server().url, access_token);
    expect(answered(await limited.get('/api/auth/me'), 200, me).must_turn_on_second_factor).toBe(true);
    for (const path of ['/api/sessions', '/api/corpora', '/api/agents', '/api/feed', '/api/status']) {
      refused(await limited.get(path), 403, 'second_factor_missing');
      const opened = await limited.open(path);
      if (opened instanceof SseReader) throw new Error('A limited login opened a stream.');
    }
    refused(await limited.post('/api/sessions'), 403, 'second_factor_missing');
    expect((await stateOf(limited)).is_required).toBe(true);

    const { login } = await turnOn({ ...without, client: limited }, password);
    expect(login.user.must_turn_on_second_factor).toBeUndefined();
    refused(await limited.get('/api/auth/me'), 401);
    expect((await new Client(server().url, login.access_token).get('/api/corpora')).status).toBe(200);
  });

  test('is not turned off by whoever must have it, and taken away leads to it again', async () => {
    const { person, recovery_codes: codes } = await given('curator');
    await require(['curator']);
    const reply = await person.client.post('/api/account/second-factor/turn-off', { password, code: codes[0] });
    refused(reply, 409, 'conflict');
    expect((await stateOf(person.client)).recovery_codes_left, 'the code is not used up').toBe(10);
    await admin.delete(`/api/admin/users/${person.user.id}/second-factor`);
    const { username } = person;
    const { user } = answered(await ask('/api/auth/login', { username, password }), 200, loginAnswer);
    expect(user.must_turn_on_second_factor).toBe(true);
  });

  test('reaches who gets that role', async () => {
    const { client, user, username } = await newPerson();
    await require(['curator']);
    expect((await client.get('/api/corpora')).status).toBe(200);
    await admin.patch(`/api/admin/users/${user.id}`, { role: 'curator' });
    refused(await client.get('/api/auth/me'), 401);
    const again = answered(await ask('/api/auth/login', { username, password }), 200, loginAnswer);
    expect(again.user.must_turn_on_second_factor).toBe(true);
  });

  test('of administrators only by one who has it', async () => {
    refused(await require(['administrator']), 409, 'conflict');
    expect((await admin.get('/api/admin/users')).status).toBe(200);
    expect(answered(await admin.get('/api/admin/second-factor'), 200, secondFactorRule).required_for).toEqual([]);
    const { person } = await given('administrator');
    const put = (roles: unknown) => person.client.put('/api/admin/second-factor', { required_for: roles });
    expect((await put(['administrator'])).status).toBe(200);
    refused(await admin.get('/api/admin/users'), 401);
    expect((await put([])).status).toBe(200);
    const login = { username: 'admin', password: server().adminPassword };
    const { access_token, user } = answered(await ask('/api/auth/login', login), 200, loginAnswer);
    expect(user.must_turn_on_second_factor).toBeUndefined();
    admin = new Client(server().url, access_token);
  });

  test.each([[['root']], [['member', 'member']], [null], ['member'], [undefined]])(
    'of %j is no rule',
    async (roles) => {
      refused(await require(roles), 400, 'bad_request');
    },
  );
});
