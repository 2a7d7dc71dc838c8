import { randomInt, randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AdminUser, adminUser, me, userList } from '../../src/contract/auth.ts';
import {
  invitationList,
  linkUsed,
  type NewInvitation,
  newInvitation,
  newReset,
  openLink,
} from '../../src/contract/links.ts';
import { nowSnapshot } from '../../src/contract/now.ts';
import { signInMethods } from '../../src/contract/oidc.ts';
import { certificatePath, TestMailServer } from '../../src/mail/testing/mail-server.ts';
import { brandingState } from '../../src/contract/branding.ts';
import { answered, type Client, type Reply, refused } from '../client.ts';
import { queryDatabase } from '../database.ts';
import { GivenServer, signIn } from '../given.ts';
import { checkInvariants } from '../invariants.ts';
import { tokenIn } from '../links.ts';
import { linkIn, mailsTo } from '../mail.ts';
import { turnOn, withPassword } from '../second-factor.ts';
import { slowStartMs } from '../shared-server.ts';
import { waitFor } from '../wait-for.ts';

const password = 'correct horse battery staple';
const another = 'four ducks in the garden';
let mail: TestMailServer;
let server: GivenServer;
let admin: Client;

beforeAll(async () => {
  mail = await TestMailServer.start({
    onRcptTo: ({ address }, _session, done) =>
      done(address.startsWith('refused') ? new Error('550 SECRET WORDS of the mail server') : null),
  });
  server = await GivenServer.start({ env: { ...mail.env, PERDURE_TRUSTED_PROXIES: '127.0.0.1' } });
  admin = server.admin.client;
}, slowStartMs);

afterAll(async () => {
  await checkInvariants(server.databasePath);
  await server[Symbol.asyncDispose]();
  await mail.close();
}, slowStartMs);

const name = (prefix = 'person') => `${prefix}-${randomUUID().slice(0, 13)}`;
const addressOf = (username: string) => `${username}.Mail@team.example`;

/** Asked from a network of its own, unless told: one network is slowed down. */
function ask(path: string, json: unknown, { on = server, network = randomInt(1, 2 ** 24) } = {}): Promise<Reply> {
  const address = [10, network >> 16, (network >> 8) & 255, network & 255].join('.');
  return on.anonymous.post(path, json, { headers: { 'x-forwarded-for': address } });
}
const forgot = (account: unknown, from = {}) => ask('/api/auth/resets/ask', { account }, from);
const useReset = (link: string) => ask('/api/auth/resets/use', { token: tokenIn(link), password: another });
const opens = async (purpose: string, link: string) =>
  (await ask('/api/auth/links/check', { purpose, token: tokenIn(link) })).status === 200;

/** Somebody who is signed in and has an address. */
async function newUser(email?: string | null): Promise<AdminUser & { client: Client }> {
  const { user, username, client } = await server.person();
  const changes = { email: email === undefined ? addressOf(username) : email };
  const changed = answered(await admin.patch(`/api/admin/users/${user.id}`, changes), 200, adminUser);
  return { ...changed, client };
}
const patch = (user: AdminUser, changes: Record<string, unknown>) =>
  admin.patch(`/api/admin/users/${user.id}`, changes);
const invite = async (body: Record<string, unknown>): Promise<NewInvitation> =>
  answered(await admin.post('/api/admin/invitations', { role: 'member', ...body }), 201, newInvitation);
const records = (objectId: string) =>
  queryDatabase(
    server.databasePath,
    'select action, facts, personal from audit_log where object_id = ? order by position',
    objectId,
  ).map((row) => ({ action: row.action, facts: String(row.facts), personal: String(row.personal) }));
const actionsOn = (objectId: string) => records(objectId).map(({ action }) => action);

function takePassword(userId: string): void {
  const database = new DatabaseSync(server.databasePath, { timeout: 5_000 });
  database.prepare(`update users set password_hash = '' where id = ?`).run(userId);
  database.close();
}

describe('an address', () => {
  test('is of one user in any case, is shown to them and to administrators, and can be looked for', async () => {
    const username = name();
    const body = { username, password, email: addressOf(username) };
    const user = answered(await admin.post('/api/admin/users', body), 201, adminUser);
    expect(user.email).toBe(addressOf(username));
    const shown = answered(await admin.get(`/api/admin/users/${user.id}`), 200, adminUser);
    expect(shown.email).toBe(user.email);
    const person = await signIn(server.url, user.username, password);
    expect(person.user.email).toBe(user.email);
    expect(answered(await person.client.get('/api/auth/me'), 200, me).email).toBe(user.email);
    const found = answered(await admin.get(`/api/admin/users?q=${user.username}.mail@team`), 200, userList);
    expect(found.users.map(({ id }) => id)).toEqual([user.id]);

    const taken = { username: name(), password, email: user.email?.toUpperCase() };
    refused(await admin.post('/api/admin/users', taken), 409, 'email_taken');
    const other = await newUser();
    refused(await patch(other, { email: user.email?.toLowerCase() }), 409, 'email_taken');
    refused(await admin.post('/api/admin/invitations', { role: 'member', email: user.email }), 409, 'email_taken');
    expect(answered(await patch(user, { email: user.email?.toUpperCase() }), 200, adminUser).email).toBe(
      user.email?.toUpperCase(),
    );
  });

  test('is none where nobody gave one, and can be taken away and given to another', async () => {
    const user = await newUser();
    expect(answered(await patch(user, { email: null }), 200, adminUser).email).toBeNull();
    const other = await newUser(user.email);
    expect((await admin.delete(`/api/admin/users/${other.id}`)).status).toBe(204);
    expect((await newUser(user.email)).email).toBe(user.email);
    expect(answered(await user.client.get('/api/auth/me'), 200, me)).not.toHaveProperty('email');
  });

  test.each<unknown>([
    '',
    'ann',
    'ann@localhost',
    '@team.example',
    'ann@team.example ',
    'Ann <ann@team.example>',
    'ann@team.example, eve@team.example',
    'ann@team.example\r\nBcc: eve@team.example',
    'ann@team.example\n',
    'ann\0@team.example',
    '"a b"@team.example',
    'änn@team.example',
    `${'a'.repeat(250)}@team.example`,
    7,
    ['ann@team.example'],
    { address: 'ann@team.example' },
  ])('is not %j', async (email) => {
    refused(await admin.post('/api/admin/users', { username: name(), password, email }), 400, 'bad_request');
    refused(await patch(await newUser(), { email }), 400, 'bad_request');
    refused(await admin.post('/api/admin/invitations', { role: 'member', email }), 400, 'bad_request');
  });

  test('is changed by administrators alone', async () => {
    const user = await newUser();
    refused(await user.client.patch(`/api/admin/users/${user.id}`, { email: 'other@team.example' }), 403, 'forbidden');
  });

  test('stands in no fact of the audit log, which says that it changed', async () => {
    const user = await newUser();
    await patch(user, { email: `new-${user.email}` });
    await patch(user, { email: null });
    const about = records(user.id).filter(({ action }) => action === 'user.changed');
    expect(about).toHaveLength(3);
    for (const { facts, personal } of about) {
      expect(facts).not.toContain('@');
      expect(facts).toContain('"email_changed":true');
      expect(personal).toContain(user.email);
    }
  });
});

describe('an invitation with an address', () => {
  test('comes from the installation by its name', async () => {
    const path = '/api/admin/branding';
    const setName = async (called: string | null) => {
      const { version } = answered(await admin.get(path), 200, brandingState);
      const branding = { name: called, accent: null };
      answered(await admin.put(path, { read_version: version, branding }), 200, brandingState);
    };
    await setName('Acme Answers');
    const invited = name();
    await invite({ username: invited, email: addressOf(invited) });
    const [got] = await mailsTo(mail, addressOf(invited));
    expect(got?.raw).toMatch(/^From: "?Acme Answers"? </m);
    expect(got?.raw).toContain('Subject: Invitation to Acme Answers on ');
    expect(got?.text).toContain('invites you to Acme Answers on ');
    await setName(null);
  });

  test('is mailed: who invites, to where, until when, and a link that works; the user has the address', async () => {
    const username = name();
    const made = await invite({ username, email: addressOf(username) });
    expect(made).toMatchObject({
      email: addressOf(username),
      mail: { to: addressOf(username), mailed: true, problem: null },
    });
    const [got, ...more] = await mailsTo(mail, addressOf(username));
    expect(more).toEqual([]);
    const { host } = new URL(made.link);
    expect(got?.raw).toContain(`Subject: Invitation to Perdure on ${host}`);
    expect(got && linkIn(got)).toBe(made.link);
    expect(got?.text).toContain(`admin invites you to Perdure on ${host}.`);
    const until = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
    expect(got?.text).toContain(`${until.format(new Date(made.expires_at))} UTC`);

    const { invitations } = answered(await admin.get('/api/admin/invitations'), 200, invitationList);
    expect(invitations.find(({ id }) => id === made.id)).toEqual({ ...made, link: undefined, mail: undefined });
    const accepted = await ask('/api/auth/invitations/accept', { token: tokenIn(made.link), password });
    expect(answered(accepted, 201, linkUsed)).toEqual({ username });
    const person = await signIn(server.url, username, password);
    expect(answered(await person.client.get('/api/auth/me'), 200, me).email).toBe(addressOf(username));
  });

  test('is mailed again with another link', async () => {
    const email = addressOf(name());
    const first = await invite({ email });
    const second = answered(await admin.post(`/api/admin/invitations/${first.id}/renew`), 200, newInvitation);
    expect(second.mail).toMatchObject({ mailed: true });
    const mails = await mailsTo(mail, email, 2);
    expect(mails.map(linkIn)).toEqual([first.link, second.link]);
    expect([await opens('invitation', first.link), await opens('invitation', second.link)]).toEqual([false, true]);
  });

  test('whose address somebody has meanwhile makes a user without one', async () => {
    const [username, email] = [name(), addressOf(name())];
    const { link } = await invite({ username, email });
    const first = await newUser(email);
    expect((await ask('/api/auth/invitations/accept', { token: tokenIn(link), password })).status).toBe(201);
    const { users } = answered(await admin.get(`/api/admin/users?q=${username}`), 200, userList);
    expect(users.map((user) => user.email)).toEqual([null]);
    expect(answered(await admin.get(`/api/admin/users/${first.id}`), 200, adminUser).email).toBe(email);
  });

  test('is told of when the mail server refuses the address, without its words, and the link is good all the same', async () => {
    const made = await invite({ email: `refused-${name()}@team.example` });
    expect(made.mail).toMatchObject({ mailed: false, problem: 'recipient_refused' });
    const { failures } = answered(await admin.get('/api/admin/now'), 200, nowSnapshot);
    expect(failures.mails.latest[0]).toMatchObject({ problem: 'recipient_refused' });
    expect(failures.mails.total).toBeGreaterThan(0);
    expect(await opens('invitation', made.link)).toBe(true);
    expect(server.process.log).toContain('"event":"mail_failed"');
    expect(server.process.log).not.toMatch(/SECRET WORDS|@team\.example/i);
  });

  test('without one is not mailed', async () => {
    const before = mail.received.length;
    expect((await invite({})).mail).toBeNull();
    expect(mail.received.length).toBe(before);
  });

  test.each(['Eve\r\nBcc: eve@team.example', 'Eve\n\nVisit https://evil.example/#x', 'Eve\u2028\u202eevE'])(
    'says who invites on one line, whatever their name is: %j',
    async (display_name) => {
      const giver = await server.person('administrator');
      await admin.patch(`/api/admin/users/${giver.user.id}`, { display_name });
      const email = addressOf(name());
      await giver.client.post('/api/admin/invitations', { role: 'member', email });
      const [got] = await mailsTo(mail, email);
      expect(got?.to).toEqual([email]);
      expect(got?.raw).not.toMatch(/^bcc/im);
      expect(got?.text.split(/\r?\n/)[0]).toMatch(/^Eve .+ invites you to Perdure on \S+$/);
      expect(got?.text).not.toMatch(/[\u2028\u202e]/);
      await admin.delete(`/api/admin/users/${giver.user.id}`);
    },
  );
});

describe('a reset that an administrator gives', () => {
  test('is mailed to whoever has an address, and works', async () => {
    const user = await newUser();
    const made = answered(await admin.post(`/api/admin/users/${user.id}/reset`), 201, newReset);
    expect(made.mail).toEqual({ to: user.email, mailed: true, problem: null });
    const [got] = await mailsTo(mail, user.email ?? '');
    expect(got && linkIn(got)).toBe(made.link);
    expect(got?.text).toContain(`admin made a link for you to set a new password for ${user.username}`);
    expect(answered(await useReset(made.link), 200, linkUsed)).toEqual({ username: user.username });
    await signIn(server.url, user.username, another);
  });

  test('is not mailed to who has none; one whose address changes is over', async () => {
    const user = await newUser(null);
    const reset = async () => answered(await admin.post(`/api/admin/users/${user.id}/reset`), 201, newReset);
    expect((await reset()).mail).toBeNull();
    await patch(user, { email: addressOf(user.username) });
    const { link } = await reset();
    await patch(user, { display_name: 'Somebody' });
    expect(await opens('reset', link)).toBe(true);
    await patch(user, { email: `new-${addressOf(user.username)}` });
    expect(await opens('reset', link)).toBe(false);
  });
});

describe('a forgotten password', () => {
  test('the sign-in page learns that a link can be asked for', async () => {
    const methods = answered(await server.anonymous.get('/api/auth/methods'), 200, signInMethods);
    expect(methods.mails_new_password).toBe(true);
  });

  test.each<[string, (user: AdminUser) => string]>([
    ['username', ({ username }) => username],
    ['username in capitals', ({ username }) => username.toUpperCase()],
    ['address', ({ email }) => email ?? ''],
    ['address in capitals, with spaces around', ({ email }) => ` ${email?.toUpperCase()} `],
  ])('brings a link to whoever gives their %s, once', async (_what, account) => {
    const user = await newUser();
    expect((await forgot(account(user))).status).toBe(202);
    const [got] = await mailsTo(mail, user.email ?? '');
    const link = got ? linkIn(got) : '';
    expect(got?.text).toContain(`somebody, we hope you, asked for a new password for ${user.username}`);
    expect((await user.client.get('/api/auth/me')).status, 'nothing ends before it is used').toBe(200);
    const told = answered(
      await ask('/api/auth/links/check', { purpose: 'reset', token: tokenIn(link) }),
      200,
      openLink,
    );
    expect(told.username).toBe(user.username);
    expect(answered(await useReset(link), 200, linkUsed)).toEqual({ username: user.username });
    refused(await user.client.get('/api/auth/me'), 401, 'unauthenticated');
    refused(await useReset(link), 410, 'link_not_valid');
    await signIn(server.url, user.username, another);
    expect(actionsOn(user.id)).toEqual(expect.arrayContaining(['user.reset_asked_for', 'user.password_reset']));
  });

  test('leaves the second factor on', async () => {
    const { username, user } = await withPassword(server.admin, name(), password);
    await turnOn(await signIn(server.url, username, password), password);
    await admin.patch(`/api/admin/users/${user.id}`, { email: addressOf(username) });
    await forgot(username);
    const [got] = await mailsTo(mail, addressOf(username));
    expect((await useReset(got ? linkIn(got) : '')).status).toBe(200);
    const reply = await ask('/api/auth/login', { username, password: another });
    refused(reply, 401, 'second_factor_required');
  });

  test('is answered alike whoever it is, and brings a mail to nobody but who can use it', async () => {
    const suspended = await newUser();
    await patch(suspended, { is_active: false });
    const deleted = await newUser();
    await admin.delete(`/api/admin/users/${deleted.id}`);
    const addressless = await newUser(null);
    // As whoever signed up through a provider.
    const withoutPassword = await newUser();
    takePassword(withoutPassword.id);
    const good = await newUser();
    const before = mail.received.length;
    const replies: Reply[] = [];
    for (const account of [
      suspended.username,
      suspended.email,
      deleted.username,
      deleted.email,
      addressless.username,
      withoutPassword.username,
      withoutPassword.email,
      'nobody',
      'nobody@team.example',
      `${good.username}\r\nBcc: eve@team.example`,
      `${good.email},eve@team.example`,
      "' or 1=1 --",
      good.email,
    ]) {
      replies.push(await forgot(account));
    }
    const [first] = replies.map(({ status, text, headers }) => ({ status, text, type: headers['content-type'] }));
    expect(first).toEqual({ status: 202, text: '', type: undefined });
    for (const { status, text, headers } of replies) {
      expect({ status, text, type: headers['content-type'] }).toEqual(first);
    }
    // The last one asked for is the last one mailed.
    await mailsTo(mail, good.email ?? '');
    expect(mail.received.slice(before).flatMap(({ to }) => to)).toEqual([good.email]);
  });

  test.each<unknown>([null, undefined, '', ' ', 7, ['ann'], { $ne: '' }, 'a'.repeat(255)])(
    'is not asked for by %j',
    async (account) => {
      refused(await forgot(account), 400, 'bad_request');
    },
  );

  test('brings one link at a time, and ends none that an administrator gave', async () => {
    const user = await newUser();
    const given = answered(await admin.post(`/api/admin/users/${user.id}/reset`), 201, newReset);
    await forgot(user.username);
    const [, first] = await mailsTo(mail, user.email ?? '', 2);
    await forgot(user.username);
    await forgot(user.email);
    const other = await newUser();
    await forgot(other.username);
    await mailsTo(mail, other.email ?? '');
    expect(await mailsTo(mail, user.email ?? '')).toHaveLength(2);
    expect([await opens('reset', given.link), await opens('reset', first ? linkIn(first) : '')]).toEqual([true, true]);
    expect(actionsOn(user.id).filter((action) => action === 'user.reset_asked_for')).toHaveLength(1);
    expect((await useReset(first ? linkIn(first) : '')).status).toBe(200);
    expect(await opens('reset', given.link), 'both end when one is used').toBe(false);
  });

  test('whose mail is refused can be asked for again, and the audit log says why none came', async () => {
    const user = await newUser(`refused-${name()}@team.example`);
    await forgot(user.username);
    const told = (times: number) =>
      waitFor('the refusal on record', () => {
        const found = records(user.id).filter(({ action }) => action === 'user.reset_not_mailed');
        return found.length === times && found;
      });
    expect((await told(1))[0]?.facts).toContain('"problem":"recipient_refused"');
    await forgot(user.username);
    await told(2);
    expect(queryDatabase(server.databasePath, 'select 1 from one_time_links where user_id = ?', user.id)).toEqual([]);
  });

  test.each<[string, (user: AdminUser) => Promise<unknown>]>([
    ['the user is deactivated', (user) => patch(user, { is_active: false })],
    ['a password was set otherwise', (user) => patch(user, { password: another })],
    ['the user has another role', (user) => patch(user, { role: 'curator' })],
    ['the user has another address', (user) => patch(user, { email: `new-${user.email}` })],
    ['the user is deleted', (user) => admin.delete(`/api/admin/users/${user.id}`)],
  ])('brings a link that opens nothing once %s', async (_what, change) => {
    const user = await newUser();
    await forgot(user.username);
    const [got] = await mailsTo(mail, user.email ?? '');
    const link = got ? linkIn(got) : '';
    expect(await opens('reset', link)).toBe(true);
    await change(user);
    refused(await useReset(link), 410, 'link_not_valid');
  });

  test('is asked for slowly, of one account and from one network, whether there is one or not', async () => {
    const user = await newUser();
    for (const account of [user.username, `nobody-${name()}`]) {
      const tries = await Promise.all(Array.from({ length: 12 }, () => forgot(account)));
      const slowed = tries.filter(({ status }) => status !== 202);
      expect(slowed.length).toBeGreaterThan(0);
      expect(slowed.length).toBeLessThanOrEqual(7);
      for (const reply of slowed) refused(reply, 429, 'too_many_requests');
    }
    const fromOne = await Promise.all(Array.from({ length: 45 }, () => forgot(name(), { network: 7 })));
    const slowed = fromOne.filter(({ status }) => status === 429);
    expect(slowed.length).toBeGreaterThan(0);
    expect(slowed.length).toBeLessThanOrEqual(15);
    const signsIn = await ask('/api/auth/login', { username: user.username, password }, { network: 7 });
    refused(signsIn, 401, 'wrong_credentials');
  });

  test('stays out of store and log: neither the token nor the address nor what nobody is called', async () => {
    const user = await newUser();
    await forgot(user.email);
    const [got] = await mailsTo(mail, user.email ?? '');
    const typed = `a-password-in-the-wrong-field-${randomUUID()}`;
    await forgot(typed);
    const other = await newUser();
    await forgot(other.email);
    await mailsTo(mail, other.email ?? '');
    const log = server.process.log.toLowerCase();
    for (const secret of [tokenIn(got ? linkIn(got) : ''), user.email ?? '', typed]) {
      expect(log).not.toContain(secret.toLowerCase());
    }
    const stored = JSON.stringify(queryDatabase(server.databasePath, 'select * from audit_log'));
    expect(stored).not.toContain(typed);
  });
});

describe('mail servers', () => {
  test('one with encryption, a name and a password is asked with them, and nobody is told them', async () => {
    const secret = `s3cret-${randomUUID()}`;
    await using encrypted = await TestMailServer.start({ secure: true, disabledCommands: [] });
    await using given = await GivenServer.start({
      env: {
        PERDURE_SMTP_URL: `smtps://perdure:${secret}@127.0.0.1:${encrypted.port}`,
        PERDURE_MAIL_FROM: 'perdure@team.example',
        PERDURE_LOG_LEVEL: 'trace',
        NODE_EXTRA_CA_CERTS: certificatePath,
      },
    });
    const body = { role: 'member', email: 'ann@team.example' };
    const made = answered(await given.admin.client.post('/api/admin/invitations', body), 201, newInvitation);
    expect(made.mail).toEqual({ to: 'ann@team.example', mailed: true, problem: null });
    expect(encrypted.signIns).toEqual([`perdure:${secret}`]);
    expect(encrypted.received.map(({ isEncrypted }) => isEncrypted)).toEqual([true]);
    await encrypted.close();
    const again = await given.admin.client.post(`/api/admin/invitations/${made.id}/renew`);
    expect(answered(again, 200, newInvitation).mail).toMatchObject({ mailed: false, problem: 'unreachable' });
    const open = await Promise.all(
      ['/api/openapi.json', '/api/auth/methods', '/metrics'].map(
        async (path) => (await given.anonymous.get(path)).text,
      ),
    );
    for (const text of [given.process.log, again.text, ...open]) expect(text).not.toContain(secret);
  });

  test('without one nothing is mailed, administrators hand links over, and nobody asks for one', async () => {
    await using given = await GivenServer.start();
    const methods = answered(await given.anonymous.get('/api/auth/methods'), 200, signInMethods);
    expect(methods.mails_new_password).toBe(false);
    const body = { role: 'member', email: 'ann@team.example' };
    const { mail: told, link } = answered(
      await given.admin.client.post('/api/admin/invitations', body),
      201,
      newInvitation,
    );
    expect(told).toEqual({ to: 'ann@team.example', mailed: false, problem: 'not_set' });
    expect(tokenIn(link)).toMatch(/^[\w-]{43}$/);
    refused(await forgot('admin', { on: given }), 404, 'not_found');
  });
});
