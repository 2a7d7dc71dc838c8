import assert from 'node:assert/strict';
import { oidcLink, oidcLocation } from '../../../src/contract/oidc.ts';
import { answered } from '../../client.ts';
import { CookieBrowser } from '../../cookie-browser.ts';
import type { Person } from '../../given.ts';
import { withPassword } from '../../second-factor.ts';
import { expectStatus, finds, type ServerWay, type World } from './way.ts';

const password = 'only in kill tests 2026';
const callback = '/api/auth/oidc/callback';
const isLinked = 'select 1 from oidc_identities where user_id = ?';

/** Somebody with a password, whose namesake sits at the provider. */
async function newPerson({ server, provider, number }: World): Promise<Person> {
  const person = await withPassword(server.admin, `sso-${number()}`, password);
  provider.enter();
  return person;
}

/** Does everything but come back from the provider; gives the browser and where it would come back to. */
async function atProvider({ client }: Person) {
  const browser = new CookieBrowser(client.url);
  browser.jarOf().set('perdure', client.token ?? '');
  const reply = await client.post('/api/account/oidc/link', { password });
  const { location } = answered(reply, 200, oidcLocation);
  const [flow = ''] = reply.headers['set-cookie'] ?? [];
  browser.jarOf().set('perdure-oidc', /^perdure-oidc=([^;]+)/.exec(flow)?.[1] ?? '');
  return { browser, back: await browser.follow(location, (url) => url.pathname === callback) };
}

async function linked(world: World): Promise<Person> {
  const person = await newPerson(world);
  const { browser, back } = await atProvider(person);
  await browser.follow(back);
  assert.ok(await linkedAt(person));
  return person;
}

const linkedAt = async ({ client }: Person) =>
  answered(await client.get('/api/account/oidc'), 200, oidcLink).oidc?.linked_at;

export const signInByOidc: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const { user } = await linked(world);
    const count = 'select count(*) as n from login_tokens where user_id = ?';
    const before = world.ask(count, user.id)[0]?.n ?? 0;
    let browser: CookieBrowser;
    return {
      async act() {
        browser = new CookieBrowser(world.server.url);
        const end = await browser.follow('/api/auth/oidc/start');
        assert.equal(end.pathname, '/');
      },
      isStored: (ask) => (ask(count, user.id)[0]?.n ?? 0) > before,
      async check() {
        assert.equal((await browser.ask('/api/auth/me')).response.status, 200);
      },
    };
  },
};

export const linkOidc: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const person = await newPerson(world);
    return {
      async act() {
        if (world.ask(isLinked, person.user.id).length > 0) return;
        const { browser, back } = await atProvider(person);
        await browser.follow(back);
      },
      isStored: (ask) => finds(ask, isLinked, person.user.id),
      async check() {
        assert.ok(await linkedAt(person));
      },
    };
  },
};

export const unlinkOwnOidc: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const person = await linked(world);
    return {
      async act() {
        expectStatus(await person.client.post('/api/account/oidc/unlink', { password }), 204);
      },
      isStored: (ask) => !finds(ask, isLinked, person.user.id),
      async check() {
        assert.equal(await linkedAt(person), null);
      },
    };
  },
};

export const unlinkOidc: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const person = await linked(world);
    return {
      async act() {
        expectStatus(await world.server.admin.client.delete(`/api/admin/users/${person.user.id}/oidc`), 204);
      },
      isStored: (ask) => !finds(ask, isLinked, person.user.id),
      async check() {
        expectStatus(await person.client.get('/api/auth/me'), 401);
      },
    };
  },
};
