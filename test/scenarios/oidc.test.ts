import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { everyoneGroupId, groupMemberList } from '../../src/contract/access.ts';
import { adminUser, me, userList } from '../../src/contract/auth.ts';
import { oidcLink, oidcLocation, signInMethods } from '../../src/contract/oidc.ts';
import { ownErasureScope } from '../../src/contract/personal-data.ts';
import { answered, Client, refused } from '../client.ts';
import { CookieBrowser } from '../cookie-browser.ts';
import { changeDatabase, queryDatabase } from '../database.ts';
import { GivenServer, type Person, signIn } from '../given.ts';
import { newGroup } from '../groups.ts';
import { checkInvariants } from '../invariants.ts';
import { TestProvider } from '../oidc.ts';
import { turnOn, withPassword } from '../second-factor.ts';
import { slowStartMs } from '../shared-server.ts';

const password = 'correct horse battery staple';
let provider: TestProvider;
let server: GivenServer;
/** The same people and the same provider, where whoever it lets in becomes a member. */
let openServer: GivenServer;
let number = 0;

beforeAll(async () => {
  provider = await TestProvider.start();
  const env = { ...provider.env, PERDURE_OIDC_GROUPS_CLAIM: 'groups' };
  server = await GivenServer.start({ env });
  openServer = await GivenServer.start({ env: { ...env, PERDURE_OIDC_ALLOW_SIGN_UP: '1' } });
}, slowStartMs);

afterAll(async () => {
  await checkInvariants(server.databasePath);
  await checkInvariants(openServer.databasePath);
  await server[Symbol.asyncDispose]();
  await openServer[Symbol.asyncDispose]();
  await provider.close();
}, slowStartMs);

beforeEach(() => {
  provider.meddle = undefined;
});

const start = '/api/auth/oidc/start';
const callback = '/api/auth/oidc/callback';
const isCallback = (url: URL) => url.pathname === callback;
const shown = (url: URL) => `${url.pathname}${url.search}`;
const newPerson = (on = server) => withPassword(on.admin, `sso-${(number += 1)}`, password);

async function whoIs(browser: CookieBrowser): Promise<string | undefined> {
  const { response } = await browser.ask('/api/auth/me');
  return response.status === 200 ? me.parse(await response.json()).username : undefined;
}

/** A browser that is signed in as somebody. */
function browserOf({ client }: Person): CookieBrowser {
  const browser = new CookieBrowser(client.url);
  browser.jarOf().set('perdure', client.token ?? '');
  return browser;
}

async function beginLink(browser: CookieBrowser): Promise<string> {
  const { response } = await browser.ask('/api/account/oidc/link', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
    body: JSON.stringify({ password }),
  });
  expect(response.status).toBe(200);
  return oidcLocation.parse(await response.json()).location;
}

/** Links a person with somebody new at the provider, who sits at it from then on. */
async function link(person: Person, account: Parameters<TestProvider['enter']>[0] = {}): Promise<string> {
  const subject = provider.enter(account);
  const browser = browserOf(person);
  expect(shown(await browser.follow(await beginLink(browser)))).toBe('/account');
  return subject;
}

let steady: Promise<string> | undefined;
/** Somebody who is linked, and sits at the provider. Nothing is changed about them. */
async function givenLinked(): Promise<void> {
  provider.current = await (steady ??= newPerson().then((person) => link(person)));
}

const linkOf = async ({ client }: Person) => answered(await client.get('/api/account/oidc'), 200, oidcLink).oidc;
const audited = (action: string, objectId: string, { databasePath } = server) =>
  queryDatabase(
    databasePath,
    'select actor_user_id, facts from audit_log where action = ? and object_id = ? order by position',
    action,
    objectId,
  ).map((row) => ({ by: row.actor_user_id, ...(JSON.parse(String(row.facts)) as Record<string, unknown>) }));

describe('signing in', () => {
  test('whoever is linked comes in, to the page they wanted', async () => {
    const person = await newPerson();
    expect(await linkOf(person)).toEqual({ name: 'Example ID', linked_at: null });
    const subject = await link(person);
    expect((await linkOf(person))?.linked_at).not.toBeNull();
    expect(audited('oidc.linked', person.user.id)).toEqual([
      expect.objectContaining({ by: person.user.id, issuer: `${provider.issuer}/` }),
    ]);

    const browser = new CookieBrowser(server.url);
    const { response, leadsTo } = await browser.ask(`${start}?next=%2Fknowledge%3Fa%3D1`);
    expect(response.status).toBe(302);
    expect(response.headers.getSetCookie()[0]).toMatch(
      /^perdure-oidc=v1\.[\w.-]+; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    const asked = leadsTo?.searchParams;
    expect(leadsTo?.origin).toBe(provider.issuer);
    expect(Object.fromEntries(asked ?? [])).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      scope: 'openid profile email',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(shown(await browser.follow(leadsTo ?? ''))).toBe('/knowledge?a=1');
    expect(await whoIs(browser)).toBe(person.username);
    expect(browser.jarOf().has('perdure-oidc'), 'what was begun is over').toBe(false);
    const signedIn = audited('user.signed_in', person.user.id).at(-1);
    expect(signedIn).toMatchObject({ by: person.user.id, by_oidc: true });
    const stored = JSON.stringify(queryDatabase(server.databasePath, 'select facts from audit_log'));
    expect(stored, 'who somebody is there is personal').not.toContain(subject);
  });

  test('the sign-in page learns of it without signing in', async () => {
    const reply = await server.anonymous.get('/api/auth/methods');
    expect(answered(reply, 200, signInMethods)).toEqual({
      oidc: { name: 'Example ID' },
      passwords_for: 'everybody',
      mails_new_password: false,
    });
  });

  test('nobody comes in who is not linked, whatever the provider calls them', async () => {
    const person = await newPerson();
    provider.enter({ preferred_username: person.username, email: `${person.username}@example.org` });
    const browser = new CookieBrowser(server.url);
    expect(shown(await browser.follow(start))).toBe('/sign-in?problem=no_account');
    expect(await whoIs(browser)).toBeUndefined();
    provider.enter({ preferred_username: 'admin' });
    expect(shown(await browser.follow(start))).toBe('/sign-in?problem=no_account');
  });

  test('nor who is deactivated, which is recorded; nor who was deleted', async () => {
    const person = await newPerson();
    await link(person);
    const path = `/api/admin/users/${person.user.id}`;
    await server.admin.client.patch(path, { is_active: false });
    const browser = new CookieBrowser(server.url);
    expect(shown(await browser.follow(start))).toBe('/sign-in?problem=no_account');
    expect(await whoIs(browser)).toBeUndefined();
    expect(audited('user.sign_in_refused', person.user.id)).toMatchObject([{ by: null, by_oidc: true }]);
    await server.admin.client.delete(path);
    expect(shown(await browser.follow(start))).toBe('/sign-in?problem=no_account');
    const left = queryDatabase(server.databasePath, 'select 1 from oidc_identities where user_id = ?', person.user.id);
    expect(left).toEqual([]);
  });

  test('the provider answers for the second factor: none is asked for here', async () => {
    const person = await newPerson();
    const { person: safe } = await turnOn(person, password);
    await link(safe);
    const browser = new CookieBrowser(server.url);
    expect(shown(await browser.follow(start))).toBe('/');
    expect(await whoIs(browser)).toBe(person.username);
  });

  test('who cancels comes back with a sentence of ours, and not with the provider’s', async () => {
    provider.current = undefined;
    const end = await new CookieBrowser(server.url).follow(`${start}?next=/account`);
    expect(shown(end)).toBe('/sign-in?problem=refused&next=%2Faccount');
  });

  test('is led to a page of ours and nowhere else', async () => {
    await givenLinked();
    for (const next of [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      '/\t/evil.example',
      '/\n/evil.example',
      '/./\\evil.example',
      '/.//evil.example',
      'javascript:alert(1)',
      '@evil.example',
      '/api/auth/oidc/start',
      `/${'a'.repeat(3_000)}`,
    ]) {
      const end = await new CookieBrowser(server.url).follow(`${start}?next=${encodeURIComponent(next)}`);
      expect([end.hostname, shown(end)], JSON.stringify(next.slice(0, 40))).toEqual(['127.0.0.1', '/']);
    }
  });
});

describe('what comes back is taken up by whom it was begun by, once', () => {
  const over = '/sign-in?problem=over';
  let browser: CookieBrowser;
  let back: URL;

  beforeEach(async () => {
    await givenLinked();
    browser = new CookieBrowser(server.url);
    back = await browser.follow(start, isCallback);
    expect(back.searchParams.get('code')).not.toBeNull();
  });

  async function expectRefused(by: CookieBrowser, url: URL, problem = over) {
    expect(shown(await by.follow(url))).toBe(problem);
    expect(await whoIs(by)).toBeUndefined();
  }

  test('not with another state, nor with none', async () => {
    for (const state of ['another', '', undefined]) {
      const changed = new URL(back);
      if (state === undefined) changed.searchParams.delete('state');
      else changed.searchParams.set('state', state);
      const kept = browser.jarOf().get('perdure-oidc') ?? '';
      await expectRefused(browser, changed);
      browser.jarOf().set('perdure-oidc', kept);
    }
    expect(shown(await browser.follow(back)), 'the right one still does').toBe('/');
  });

  test('not in another browser, nor in one that began for itself', async () => {
    await expectRefused(new CookieBrowser(server.url), back);
    const other = new CookieBrowser(server.url);
    await other.ask(start);
    await expectRefused(other, back);
  });

  test('not twice, with what was kept of the first time either', async () => {
    const kept = browser.jarOf().get('perdure-oidc') ?? '';
    expect(shown(await browser.follow(back))).toBe('/');
    const again = new CookieBrowser(server.url);
    again.jarOf().set('perdure-oidc', kept);
    await expectRefused(again, back);
  });

  test('not with somebody else’s code: it was made for another verifier', async () => {
    const victim = new CookieBrowser(server.url);
    const theirs = await victim.follow(start, isCallback);
    const injected = new URL(theirs);
    injected.searchParams.set('code', back.searchParams.get('code') ?? '');
    await expectRefused(victim, injected);
  });

  test('not with a cookie that was changed, or is of another server', async () => {
    const kept = browser.jarOf().get('perdure-oidc') ?? '';
    // Not the last letters, which may be read alike in more than one way.
    const other = kept.at(-10) === 'A' ? 'B' : 'A';
    browser.jarOf().set('perdure-oidc', `${kept.slice(0, -10)}${other}${kept.slice(-9)}`);
    await expectRefused(browser, back);
    const elsewhere = new CookieBrowser(openServer.url);
    elsewhere.jarOf().set('perdure-oidc', kept);
    await expectRefused(elsewhere, new URL(shown(back), openServer.url));
  });

  test('not from another issuer (RFC 9207)', async () => {
    back.searchParams.set('iss', 'https://evil.example');
    await expectRefused(browser, back, '/sign-in?problem=not_verified');
  });

  test('with what no form has, it is refused and the server lives', async () => {
    expect((await server.anonymous.get(`${callback}?code=a&code=b`)).status).toBe(400);
    expect((await server.anonymous.get(`${callback}?code=${'a'.repeat(9_000)}`)).status).toBe(400);
    expect((await server.anonymous.get(callback)).headers.location).toBe(over);
  });
});

test('other pages that send their readers to the callback shut nobody out', async () => {
  await givenLinked();
  for (let asked = 0; asked < 60; asked += 1) {
    expect((await server.anonymous.get(`${callback}?code=x&state=y`)).headers.location).toBe('/sign-in?problem=over');
  }
  const browser = new CookieBrowser(server.url);
  await browser.follow(start);
  expect(await whoIs(browser)).toBeDefined();
});

test('an id token with another nonce is none', async () => {
  await givenLinked();
  const browser = new CookieBrowser(server.url);
  const { leadsTo } = await browser.ask(start);
  leadsTo?.searchParams.set('nonce', 'of an attacker');
  expect(shown(await browser.follow(leadsTo ?? ''))).toBe('/sign-in?problem=not_verified');
  expect(await whoIs(browser)).toBeUndefined();
});

test('a code for another challenge is none', async () => {
  await givenLinked();
  const browser = new CookieBrowser(server.url);
  const { leadsTo } = await browser.ask(start);
  leadsTo?.searchParams.set('code_challenge', createHash('sha256').update('of an attacker').digest('base64url'));
  expect(shown(await browser.follow(leadsTo ?? ''))).toBe('/sign-in?problem=over');
});

describe('linking', () => {
  test('takes the password, and the login it was begun with', async () => {
    const person = await newPerson();
    refused(
      await person.client.post('/api/account/oidc/link', { password: 'not the password' }),
      403,
      'wrong_password',
    );
    provider.enter();
    const browser = browserOf(person);
    const back = await browser.follow(await beginLink(browser), isCallback);
    const flow = browser.jarOf().get('perdure-oidc') ?? '';

    const others = browserOf(await newPerson());
    others.jarOf().set('perdure-oidc', flow);
    expect(shown(await others.follow(back))).toBe('/account?problem=over');
    const nobody = new CookieBrowser(server.url);
    nobody.jarOf().set('perdure-oidc', flow);
    expect(shown((await nobody.ask(back)).leadsTo ?? back)).toBe('/account?problem=over');
    expect((await linkOf(person))?.linked_at).toBeNull();
  });

  test('does not sign in, and a login that ended meanwhile links nothing', async () => {
    const person = await newPerson();
    provider.enter();
    const browser = browserOf(person);
    const back = await browser.follow(await beginLink(browser), isCallback);
    await person.client.post('/api/auth/logout');
    expect(shown((await browser.ask(back)).leadsTo ?? back)).toBe('/account?problem=over');
    expect(await whoIs(browser)).toBeUndefined();
  });

  test('one person there is one user here', async () => {
    const [one, other] = [await newPerson(), await newPerson()];
    const subject = await link(one);
    const browser = browserOf(other);
    provider.current = subject;
    expect(shown(await browser.follow(await beginLink(browser)))).toBe('/account?problem=linked_elsewhere');
    expect((await linkOf(other))?.linked_at).toBeNull();
    refused(await one.client.post('/api/account/oidc/link', { password }), 409, 'conflict');
  });

  test('is undone by the person with the password, and nothing else ends', async () => {
    const person = await newPerson();
    await link(person);
    const unlink = (tried: unknown) => person.client.post('/api/account/oidc/unlink', { password: tried });
    for (const tried of ['', null, undefined, 7, {}]) expect((await unlink(tried)).status).toBe(400);
    refused(await unlink('not the password'), 403, 'wrong_password');
    expect((await linkOf(person))?.linked_at).not.toBeNull();
    const browser = new CookieBrowser(server.url);
    await browser.follow(start);
    const ofUser = `/api/admin/users/${person.user.id}/oidc`;
    const seen = async () => answered(await server.admin.client.get(ofUser), 200, oidcLink).oidc?.linked_at;
    expect(await seen()).not.toBeNull();
    expect((await unlink(password)).status).toBe(204);
    expect((await unlink(password)).status, 'again').toBe(204);
    expect([(await linkOf(person))?.linked_at, await seen()]).toEqual([null, null]);
    expect(await whoIs(browser), 'who is in stays in').toBe(person.username);
    expect(shown(await new CookieBrowser(server.url).follow(start))).toBe('/sign-in?problem=no_account');
    expect(audited('oidc.unlinked', person.user.id)).toHaveLength(1);
    await link(person);
  });

  test('an administrator undoes it: every sign-in ends, and none by the provider is left', async () => {
    const person = await newPerson();
    await link(person);
    const browser = new CookieBrowser(server.url);
    await browser.follow(start);
    expect(await whoIs(browser)).toBe(person.username);
    const path = `/api/admin/users/${person.user.id}/oidc`;
    refused(await person.client.delete(path), 403);
    expect((await server.admin.client.delete(path)).status).toBe(204);
    expect((await server.admin.client.delete(path)).status).toBe(204);
    expect(await whoIs(browser)).toBeUndefined();
    expect(shown(await browser.follow(start))).toBe('/sign-in?problem=no_account');
    expect(audited('oidc.unlinked', person.user.id)).toHaveLength(1);
    await signIn(server.url, person.username, password);
  });
});

async function membershipsOf(groupId: string) {
  const reply = await server.admin.client.get(`/api/admin/groups/${groupId}/members`);
  return answered(reply, 200, groupMemberList).members;
}
const membersOf = async (groupId: string) => (await membershipsOf(groupId)).map(({ username }) => username);

describe('groups', () => {
  test('come and go with the claim at each sign-in; what was made by hand stays', async () => {
    const person = await newPerson();
    const name = (what: string) => `${what} of ${person.username}`;
    const finance = await newGroup(server.admin, [], name('Finance'));
    const sales = await newGroup(server.admin, [], name('Sales'));
    const byHand = await newGroup(server.admin, [person], name('By hand'));
    const subject = await link(person, { groups: [name('FINANCE'), name('By hand'), 'Nobody has this', 'Everyone'] });
    const browser = new CookieBrowser(server.url);
    const enter = (groups: unknown) => {
      provider.accounts.set(subject, { groups });
      return browser.follow(start);
    };

    await browser.follow(start);
    expect(await membershipsOf(finance.id)).toMatchObject([{ username: person.username, by_oidc: true }]);
    expect(audited('group.member_added', finance.id)).toEqual([{ by: null, user_id: person.user.id, by_oidc: true }]);
    await enter([name('Sales')]);
    expect(await membersOf(finance.id)).toEqual([]);
    expect(await membersOf(sales.id)).toEqual([person.username]);
    expect(await membershipsOf(byHand.id)).toMatchObject([{ username: person.username, by_oidc: false }]);
    expect(audited('group.member_removed', finance.id)).toEqual([{ by: null, user_id: person.user.id, by_oidc: true }]);

    // An administrator's word makes it one by hand.
    await server.admin.client.put(`/api/admin/groups/${sales.id}/members/${person.user.id}`);
    await enter(undefined);
    expect(await membershipsOf(sales.id)).toMatchObject([{ username: person.username, by_oidc: false }]);
    for (const odd of [name('Finance'), { a: name('Finance') }, [1, null, [name('Finance')]], 5]) {
      await enter(odd);
      expect(await membersOf(finance.id)).toEqual(odd === name('Finance') ? [person.username] : []);
    }
    expect(await membersOf(everyoneGroupId)).toContain(person.username);
  });

  test('stay as they were when the provider fails in the middle', async () => {
    const person = await newPerson();
    const group = await newGroup(server.admin, [], `Steady ${person.username}`);
    await link(person, { groups: [group.name] });
    const browser = new CookieBrowser(server.url);
    await browser.follow(start);
    provider.meddle = (path, response) => {
      if (!path.startsWith('/me')) return false;
      response.writeHead(500).end('SECRET WORDS OF THE PROVIDER');
      return true;
    };
    const again = new CookieBrowser(server.url);
    expect(shown(await again.follow(start))).toMatch(/^\/sign-in\?problem=(?:provider_unavailable|not_verified)$/);
    expect(await whoIs(again)).toBeUndefined();
    expect(await membersOf(group.id)).toEqual([person.username]);
    expect(server.process.log).not.toContain('SECRET WORDS');
  });
});

/** Whoever sits at the provider comes in by a new browser, where they may sign up. */
const enterOpen = () => new CookieBrowser(openServer.url).follow(start);

describe('where whoever the provider lets in may sign up', () => {
  test('they become a member, and are the same one the next time, whatever they are called then', async () => {
    const username = `new-${(number += 1)}`;
    const subject = provider.enter({ preferred_username: username, name: 'New\n Person', groups: [] });
    const browser = new CookieBrowser(openServer.url);
    expect(shown(await browser.follow(start))).toBe('/');
    const { response } = await browser.ask('/api/auth/me');
    expect(await response.json()).toMatchObject({ username, display_name: 'New  Person', role: 'member' });
    provider.accounts.set(subject, { preferred_username: 'admin' });
    await browser.follow(start);
    expect(await whoIs(browser)).toBe(username);
    const found = answered(await openServer.admin.client.get(`/api/admin/users?q=${username}`), 200, userList).users;
    expect(found).toHaveLength(1);
    for (const tried of ['', password]) {
      const reply = await openServer.anonymous.post('/api/auth/login', { username, password: tried });
      expect(reply.status, 'no password opens it').toBe(tried === '' ? 400 : 401);
    }
  });

  test('they do not unlink what is their only way in; with a password they do', async () => {
    provider.enter({ preferred_username: `only-${(number += 1)}`, groups: [] });
    const browser = new CookieBrowser(openServer.url);
    await browser.follow(start);
    const client = new Client(openServer.url, browser.jarOf().get('perdure') ?? null);
    const unlink = (by: Client) => by.post('/api/account/oidc/unlink', { password });
    const { detail, title } = refused(await unlink(client), 409, 'only_way_in');
    expect(`${title} ${detail}`).toContain('Ask an administrator for a link');
    const { id, username } = answered(await client.get('/api/auth/me'), 200, me);
    const { admin } = openServer;
    expect((await admin.client.patch(`/api/admin/users/${id}`, { password })).status).toBe(200);
    expect((await unlink((await signIn(openServer.url, username, password)).client)).status).toBe(204);
    expect(audited('oidc.unlinked', id, openServer)).toHaveLength(1);
  });

  test('they erase themselves soon after signing in, for there is no password to ask for, and not later', async () => {
    const username = `leaving-${(number += 1)}`;
    const subject = provider.enter({ preferred_username: username, groups: [] });
    const browser = new CookieBrowser(openServer.url);
    await browser.follow(start);
    const client = new Client(openServer.url, browser.jarOf().get('perdure') ?? null);
    expect(answered(await client.get('/api/account/erasure'), 200, ownErasureScope).proof).toBe('recent_sign_in');
    const { id } = answered(await client.get('/api/auth/me'), 200, me);
    const sixMinutesAgo = new Date(Date.now() - 6 * 60_000).toISOString();
    changeDatabase(
      openServer.databasePath,
      'update login_tokens set created_at = ? where user_id = ?',
      sixMinutesAgo,
      id,
    );
    for (const body of [{}, { password }]) refused(await client.post('/api/account/erase', body), 403, 'sign_in_again');
    await browser.follow(start);
    const again = new Client(openServer.url, browser.jarOf().get('perdure') ?? null);
    expect((await again.post('/api/account/erase', {})).status).toBe(202);
    expect((await again.get('/api/auth/me')).status).toBe(401);
    // Whoever is gone is a new person when they come back.
    provider.accounts.set(subject, { preferred_username: username, groups: [] });
    expect(shown(await new CookieBrowser(openServer.url).follow(start))).toBe('/');
  });

  test('never by the name of somebody who is there, nor by one that is none', async () => {
    for (const preferred_username of ['admin', 'ADMIN']) {
      provider.enter({ preferred_username });
      expect(shown(await enterOpen())).toBe('/sign-in?problem=name_taken');
    }
    for (const preferred_username of ['../admin', 'a b', '', 'x'.repeat(65), undefined]) {
      provider.enter(preferred_username === undefined ? {} : { preferred_username });
      expect(shown(await enterOpen())).toBe('/sign-in?problem=no_account');
    }
  });

  test.each<[string, Record<string, unknown>, boolean]>([
    ['made sure of', { email_verified: true }, true],
    ['not made sure of', { email_verified: false }, false],
    ['said nothing about', {}, false],
    ['written a word about', { email_verified: 'true' }, false],
    ['made sure of but is none', { email_verified: true, email: 'a@b@c' }, false],
  ])('with an address that the provider has %s or without one', async (_what, claims, has) => {
    const username = `addressed-${(number += 1)}`;
    const email = `${username}@team.example`;
    provider.enter({ preferred_username: username, email, ...claims });
    expect(shown(await enterOpen())).toBe('/');
    const [found] = answered(await openServer.admin.client.get(`/api/admin/users?q=${username}`), 200, userList).users;
    expect(found?.email).toBe(has ? email : null);
  });

  test('and an address that somebody has makes them another person, without it', async () => {
    const holder = await newPerson(openServer);
    const email = `${holder.username}@team.example`;
    await openServer.admin.client.patch(`/api/admin/users/${holder.user.id}`, { email });
    const username = `namesake-${(number += 1)}`;
    provider.enter({ preferred_username: username, email: email.toUpperCase(), email_verified: true });
    const browser = new CookieBrowser(openServer.url);
    expect(shown(await browser.follow(start))).toBe('/');
    expect(await whoIs(browser)).toBe(username);
    const { response } = await browser.ask('/api/auth/me');
    expect(me.parse(await response.json()).email).toBeUndefined();
  });

  test('as a member, whatever the claims say', async () => {
    const username = `grand-${(number += 1)}`;
    provider.enter({ preferred_username: username, role: 'administrator' } as object);
    await new CookieBrowser(openServer.url).follow(start);
    const [found] = answered(await openServer.admin.client.get(`/api/admin/users?q=${username}`), 200, userList).users;
    expect(adminUser.parse(found).role).toBe('member');
  });
});

test(
  'while the provider is away the password signs in, and it is no sooner asked than somebody signs in',
  async () => {
    await using down = await TestProvider.start();
    await down.close();
    await using alone = await GivenServer.start({ env: down.env });
    await signIn(alone.url, 'admin', alone.adminPassword);
    const browser = new CookieBrowser(alone.url);
    expect(shown(await browser.follow(`${start}?next=/account`))).toBe(
      '/sign-in?problem=provider_unavailable&next=%2Faccount',
    );
    const link = await alone.admin.client.post('/api/account/oidc/link', { password: alone.adminPassword });
    refused(link, 503, 'provider_unavailable');
    await down.listen();
    expect(down.asked).toEqual([]);
    down.enter();
    expect(shown(await browser.follow(start)), 'once it is back').toBe('/sign-in?problem=no_account');
    expect(
      down.asked.filter((each) => each.includes('openid-configuration')),
      'it is asked once',
    ).toHaveLength(1);
    await browser.follow(start);
    expect(down.asked.filter((each) => each.includes('openid-configuration'))).toHaveLength(1);
  },
  slowStartMs,
);

test(
  'a provider that takes the call and says nothing holds nobody up for long',
  async () => {
    await using silent = await TestProvider.start();
    silent.meddle = () => true;
    await using alone = await GivenServer.start({ env: silent.env });
    const asking = new CookieBrowser(alone.url).follow(start);
    await signIn(alone.url, 'admin', alone.adminPassword);
    expect(shown(await asking)).toBe('/sign-in?problem=provider_unavailable');
  },
  slowStartMs,
);

test(
  'where none is set there is nothing to begin',
  async () => {
    await using plain = await GivenServer.start();
    const { anonymous, admin } = plain;
    expect(answered(await anonymous.get('/api/auth/methods'), 200, signInMethods)).toEqual({
      oidc: null,
      passwords_for: 'everybody',
      mails_new_password: false,
    });
    expect(answered(await admin.client.get('/api/account/oidc'), 200, oidcLink)).toEqual({ oidc: null });
    refused(await anonymous.get(start), 404);
    refused(await anonymous.get(callback), 404);
    refused(await new Client(plain.url, admin.client.token).post('/api/account/oidc/link', { password }), 404);
  },
  slowStartMs,
);
