import assert from 'node:assert/strict';
import { adminUser } from '../../../src/contract/auth.ts';
import { answered } from '../../client.ts';
import { tokenIn } from '../../links.ts';
import { linkIn } from '../../mail.ts';
import { expectStatus, finds, type ServerWay, type World } from './way.ts';

const password = 'only in kill tests 2026';
const link = 'select 1 from one_time_links where user_id = ? and is_asked_for = 1';

/** Somebody with a password and an address. */
async function addressed({ server, number }: World, name: string) {
  const username = `${name}-${number()}`;
  const body = { username, password, email: `${username}@team.example` };
  return answered(await server.admin.client.post('/api/admin/users', body), 201, adminUser);
}

const ask = async ({ server }: World, account: string) =>
  expectStatus(await server.anonymous.post('/api/auth/resets/ask', { account }), 202);

export const askForReset: ServerWay = {
  place: 'server',
  async prepare(world) {
    const { id, username, email } = await addressed(world, 'forgetful');
    return {
      async act() {
        await ask(world, username);
      },
      isStored: (now) => finds(now, link, id),
      async check() {
        // One that was stored and not mailed before the kill is for nobody: until it is over, there is no other.
        const mailed = world.mail.received.filter(({ to }) => to.includes(email ?? ''));
        assert.ok(mailed.length <= 1);
        for (const each of mailed) {
          const body = { purpose: 'reset', token: tokenIn(linkIn(each)) };
          expectStatus(await world.server.anonymous.post('/api/auth/links/check', body), 200);
        }
      },
    };
  },
};

export const withdrawUnmailedReset: ServerWay = {
  place: 'server',
  async prepare(world) {
    const { id, username } = await addressed(world, 'nobody');
    return {
      async act() {
        await ask(world, username);
      },
      isStored: (now) =>
        finds(now, `select 1 from audit_log where action = 'user.reset_not_mailed' and object_id = ?`, id),
      async check() {
        expectStatus(await world.server.anonymous.post('/api/auth/login', { username, password }), 200);
      },
    };
  },
};

export const noteMailFailure: ServerWay = {
  place: 'server',
  async prepare(world) {
    const { username } = await addressed(world, 'nobody');
    const before = world.ask('select count(*) as count from mail_failures')[0]?.count;
    return {
      async act() {
        await ask(world, username);
      },
      isStored: (now) => now('select count(*) as count from mail_failures')[0]?.count !== before,
      async check() {
        expectStatus(await world.server.anonymous.post('/api/auth/login', { username, password }), 200);
      },
    };
  },
};
