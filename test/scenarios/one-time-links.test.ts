import { randomInt, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, test } from 'vitest';
import { groupDetail, groupMemberList } from '../../src/contract/access.ts';
import { loginAnswer, userList } from '../../src/contract/auth.ts';
import {
  invitationList,
  linkUsed,
  type NewInvitation,
  newInvitation,
  newReset,
  openLink,
} from '../../src/contract/links.ts';
import { answered, type Client, type Reply, refused } from '../client.ts';
import { queryDatabase } from '../database.ts';
import type { Person } from '../given.ts';
import { newGroup } from '../groups.ts';
import { tokenIn } from '../links.ts';
import { sharedServer } from '../shared-server.ts';

const server = sharedServer({ env: { PERDURE_TRUSTED_PROXIES: '127.0.0.1' } });
const password = 'correct horse battery staple';
let admin: Client;
beforeAll(() => {
  admin = server().admin.client;
});

/** Asked from a network of its own, unless told: one network is slowed down for its failures. */
const ask = (path: string, json: unknown, network = randomInt(1, 2 ** 24)) => {
  const address = [10, network >> 16, (network >> 8) & 255, network & 255].join('.');
  return server().anonymous.post(path, json, { headers: { 'x-forwarded-for': address } });
};
const name = () => `new-${randomUUID().slice(0, 8)}`;
const rows = (sql: string, ...values: string[]) => queryDatabase(server().databasePath, sql, ...values);
const actionsOn = (objectId: string) =>
  rows('select action from audit_log where object_id = ? order by position', objectId).map((row) => row.action);

async function invite(body: Record<string, unknown> = { role: 'member' }, by = admin): Promise<NewInvitation> {
  return answered(await by.post('/api/admin/invitations', body), 201, newInvitation);
}
const accept = (link: string, body: Record<string, unknown> = {}) =>
  ask('/api/auth/invitations/accept', { token: tokenIn(link), username: name(), password, ...body });
const check = (purpose: string, token: unknown) => ask('/api/auth/links/check', { purpose, token });
const signIn = (username: string, typed = password) => ask('/api/auth/login', { username, password: typed });
async function resetLink({ user }: Person): Promise<string> {
  return answered(await admin.post(`/api/admin/users/${user.id}/reset`), 201, newReset).link;
}
const useReset = (link: string, typed = password) =>
  ask('/api/auth/resets/use', { token: tokenIn(link), password: typed });

/** The one refusal of every link that does not open. */
function isRefused(reply: Reply): void {
  const { request_id: _id, ...problem } = refused(reply, 410, 'link_not_valid');
  expect(problem).toEqual({
    type: 'urn:perdure:problem:link_not_valid',
    title: 'This link does not open.',
    status: 410,
    code: 'link_not_valid',
    detail: 'It was used, is older than 30 minutes, or is not whole. Ask an administrator for a new one.',
  });
}
function change(sql: string, ...values: string[]): void {
  const database = new DatabaseSync(server().databasePath, { timeout: 5_000 });
  database.prepare(sql).run(...values);
  database.close();
}
/** As if the link had been made half an hour ago. */
function expire(column: 'id' | 'user_id', value: string): void {
  change(`update one_time_links set expires_at = ? where ${column} = ?`, new Date(Date.now() - 1).toISOString(), value);
}

describe('an invitation', () => {
  test('makes the user it says, in its groups, once', async () => {
    const [group, username] = [await newGroup(server().admin), name()];
    const made = await invite({ username, role: 'curator', groups: [group.id] });
    expect(made).toMatchObject({ username, role: 'curator', created_by: 'admin' });
    expect(Date.parse(made.expires_at) - Date.parse(made.created_at)).toBe(30 * 60_000);
    expect(new URL(made.link)).toMatchObject({ pathname: '/welcome', search: '' });
    expect(tokenIn(made.link)).toMatch(/^[\w-]{43}$/);
    const told = answered(await check('invitation', tokenIn(made.link)), 200, openLink);
    expect(told).toEqual({ purpose: 'invitation', username, expires_at: made.expires_at });

    const reply = await accept(made.link, { username: undefined, display_name: 'Newcomer' });
    expect(answered(reply, 201, linkUsed)).toEqual({ username });
    const { user } = answered(await signIn(username), 200, loginAnswer);
    expect(user).toMatchObject({ username, display_name: 'Newcomer', role: 'curator' });
    const { members } = answered(await admin.get(`/api/admin/groups/${group.id}/members`), 200, groupMemberList);
    expect(members.map((member) => member.user_id)).toEqual([user.id]);
    isRefused(await accept(made.link, { username: undefined }));
    isRefused(await check('invitation', tokenIn(made.link)));
    expect(actionsOn(made.id)).toEqual(['invitation.created', 'invitation.accepted']);
  });

  test('without a username lets the invited choose one, and again while it is taken', async () => {
    const [{ link }, username] = [await invite(), name()];
    refused(await accept(link, { username: undefined }), 400, 'bad_request');
    refused(await accept(link, { username: 'ADMIN' }), 409, 'name_taken');
    refused(await accept(link, { password: 'short' }), 400, 'bad_request');
    expect(answered(await accept(link, { username }), 201, linkUsed)).toEqual({ username });
  });

  test('with a username makes no user of another name, and is not given for one that is taken', async () => {
    const { link } = await invite({ username: name(), role: 'member' });
    refused(await accept(link), 400, 'bad_request');
    refused(await admin.post('/api/admin/invitations', { username: 'aDmin', role: 'member' }), 409, 'name_taken');
  });

  test.each<[string, Record<string, unknown>, number]>([
    ['no role', { username: 'x' }, 400],
    ['a role that is none', { role: 'root' }, 400],
    ['a null username', { role: 'member', username: null }, 400],
    ['a group that is not there', { role: 'member', groups: [randomUUID()] }, 404],
    ['a group that is no id', { role: 'member', groups: ['everyone'] }, 400],
    ['an end of its own choice', { role: 'member', expires_at: '2036-01-01T00:00:00.000Z' }, 400],
    ['a token of its own choice', { role: 'member', token: 'x'.repeat(43) }, 400],
  ])('is not given with %s', async (_what, body, status) => {
    refused(await admin.post('/api/admin/invitations', body), status);
  });

  test.each<[string, Record<string, unknown>]>([
    ['a role', { role: 'administrator' }],
    ['an id', { id: randomUUID() }],
    ['groups', { groups: [] }],
  ])('is not accepted with %s of one’s own', async (_what, body) => {
    refused(await accept((await invite()).link, body), 400, 'bad_request');
  });

  test('of two who accept at once, one becomes a user', async () => {
    const { link } = await invite();
    const names = [name(), name(), name()];
    const statuses = await Promise.all(names.map(async (username) => (await accept(link, { username })).status));
    expect(statuses.toSorted((one, other) => one - other)).toEqual([201, 410, 410]);
    const found = await Promise.all(
      names.map(async (each) => answered(await admin.get(`/api/admin/users?q=${each}`), 200, userList).users.length),
    );
    expect(found.toSorted((one, other) => one - other)).toEqual([0, 0, 1]);
  });

  test('given anew has another link, and the one before is dead', async () => {
    const first = await invite();
    expire('id', first.id);
    isRefused(await accept(first.link));
    const second = answered(await admin.post(`/api/admin/invitations/${first.id}/renew`), 200, newInvitation);
    expect(second.id).toBe(first.id);
    isRefused(await accept(first.link));
    const { invitations } = answered(await admin.get('/api/admin/invitations'), 200, invitationList);
    expect(invitations.find(({ id }) => id === first.id)).toEqual({ ...second, link: undefined, mail: undefined });
    expect((await accept(second.link)).status).toBe(201);
    refused(await admin.post(`/api/admin/invitations/${first.id}/renew`), 404, 'not_found');
  });

  test('withdrawn, opens nothing', async () => {
    const { id, link } = await invite();
    expect((await admin.delete(`/api/admin/invitations/${id}`)).status).toBe(204);
    isRefused(await accept(link));
    refused(await admin.delete(`/api/admin/invitations/${id}`), 404, 'not_found');
    expect(actionsOn(id)).toEqual(['invitation.created', 'invitation.withdrawn']);
  });

  test.each<[string, (giver: Person) => Promise<Reply>]>([
    ['demoted', ({ user }) => admin.patch(`/api/admin/users/${user.id}`, { role: 'curator' })],
    ['deactivated', ({ user }) => admin.patch(`/api/admin/users/${user.id}`, { is_active: false })],
    ['deleted', ({ user }) => admin.delete(`/api/admin/users/${user.id}`)],
  ])('opens nothing once the administrator who gave it is %s', async (_what, change) => {
    const giver = await server().person('administrator');
    const { link } = await invite({ role: 'administrator' }, giver.client);
    expect((await change(giver)).status).toBeLessThan(300);
    isRefused(await accept(link));
  });

  test('leaves out a group that was deleted meanwhile', async () => {
    const [gone, kept] = [await newGroup(server().admin), await newGroup(server().admin)];
    const { link } = await invite({ role: 'member', groups: [gone.id, kept.id] });
    await admin.delete(`/api/admin/groups/${gone.id}`);
    expect((await accept(link)).status).toBe(201);
    const { member_count } = answered(await admin.get(`/api/admin/groups/${kept.id}`), 200, groupDetail);
    expect(member_count).toBe(1);
  });
});

describe('a reset', () => {
  test('sets the password and ends every login and key of that user, and of nobody else', async () => {
    const [person, other] = [await server().person(), await server().person()];
    change(
      `insert into api_keys (id, key_hash, user_id, name, scopes, created_at) values (?, ?, ?, 'key', '[]', ?)`,
      randomUUID(),
      randomUUID(),
      person.user.id,
      new Date().toISOString(),
    );
    const link = await resetLink(person);
    expect(new URL(link)).toMatchObject({ pathname: '/reset', search: '' });
    expect((await person.client.get('/api/auth/me')).status, 'nothing ends before it is used').toBe(200);
    const told = answered(await check('reset', tokenIn(link)), 200, openLink);
    expect(told).toMatchObject({ purpose: 'reset', username: person.username });
    expect(answered(await useReset(link), 200, linkUsed)).toEqual({ username: person.username });
    refused(await person.client.get('/api/auth/me'), 401, 'unauthenticated');
    expect((await other.client.get('/api/auth/me')).status).toBe(200);
    expect(rows('select 1 from api_keys where user_id = ? and revoked_at is null', person.user.id)).toEqual([]);
    answered(await signIn(person.username), 200, loginAnswer);
    isRefused(await useReset(link, 'another long password'));
    answered(await signIn(person.username), 200, loginAnswer);
    expect(actionsOn(person.user.id)).toEqual(expect.arrayContaining(['user.reset_offered', 'user.password_reset']));
  });

  test('kills the link that was given before', async () => {
    const person = await server().person();
    const [first, second] = [await resetLink(person), await resetLink(person)];
    isRefused(await useReset(first));
    expect((await useReset(second)).status).toBe(200);
  });

  test.each<[string, (person: Person) => Promise<unknown>]>([
    ['its time is over', async ({ user }) => expire('user_id', user.id)],
    ['the user is deactivated', ({ user }) => admin.patch(`/api/admin/users/${user.id}`, { is_active: false })],
    ['the user is deleted', ({ user }) => admin.delete(`/api/admin/users/${user.id}`)],
    ['a password was set otherwise', ({ user }) => admin.patch(`/api/admin/users/${user.id}`, { password })],
    ['the user has another role', ({ user }) => admin.patch(`/api/admin/users/${user.id}`, { role: 'curator' })],
  ])('opens nothing once %s', async (_what, change) => {
    const person = await server().person();
    const link = await resetLink(person);
    await change(person);
    isRefused(await useReset(link, 'a password nobody has'));
    isRefused(await check('reset', tokenIn(link)));
  });

  test('is not given for a user who is deactivated or not there', async () => {
    const { user } = await server().person();
    await admin.patch(`/api/admin/users/${user.id}`, { is_active: false });
    refused(await admin.post(`/api/admin/users/${user.id}/reset`), 409, 'conflict');
    refused(await admin.post(`/api/admin/users/${randomUUID()}/reset`), 404, 'not_found');
  });
});

describe('what is no open link', () => {
  test.each<[string, unknown]>([
    ['null', null],
    ['nothing', undefined],
    ['an empty text', ''],
    ['a text', 'undefined'],
    ['a token nobody was given', 'A'.repeat(43)],
    ['a very long text', 'x'.repeat(1_000)],
  ])('%s is refused at each door alike', async (_what, token) => {
    isRefused(await check('invitation', token));
    isRefused(await check('reset', token));
    isRefused(await ask('/api/auth/invitations/accept', { token, username: name(), password }));
    isRefused(await ask('/api/auth/resets/use', { token, password }));
  });

  test('a link for the one opens nothing of the other', async () => {
    const [{ link }, reset] = [await invite(), await resetLink(await server().person())];
    isRefused(await useReset(link));
    isRefused(await check('reset', tokenIn(link)));
    isRefused(await accept(reset));
    isRefused(await check('invitation', tokenIn(reset)));
    expect((await accept(link)).status).toBe(201);
    expect((await useReset(reset)).status).toBe(200);
  });

  test('a link is no credential', async () => {
    const token = tokenIn(await resetLink(server().admin));
    refused(await server().anonymous.get('/api/auth/me', { token }), 401, 'unauthenticated');
  });

  test('tries are slowed down', async () => {
    const tries = await Promise.all(
      Array.from({ length: 45 }, () =>
        ask('/api/auth/links/check', { purpose: 'reset', token: randomUUID().padEnd(43, 'x') }, 7),
      ),
    );
    const slowed = tries.filter((reply) => reply.status === 429);
    expect(slowed.length).toBeGreaterThan(10);
    for (const reply of slowed) {
      refused(reply, 429, 'too_many_requests');
      expect(Number(reply.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    }
    for (const reply of tries.filter(({ status }) => status !== 429)) isRefused(reply);
  });
});

test('no token stands in the store or the log', async () => {
  const logged = () => server().process.log;
  const [{ link }, reset] = [await invite(), await resetLink(await server().person())];
  await accept(link, { username: '' });
  const files = readdirSync(server().dataDir).filter((file) => file.startsWith('perdure.db'));
  expect(files.length).toBeGreaterThan(0);
  for (const token of [tokenIn(link), tokenIn(reset)]) {
    expect(logged()).not.toContain(token);
    for (const file of files) expect(readFileSync(join(server().dataDir, file)).includes(token)).toBe(false);
  }
});
