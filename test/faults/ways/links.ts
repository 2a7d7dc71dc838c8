import assert from 'node:assert/strict';
import { loginAnswer, userList } from '../../../src/contract/auth.ts';
import { invitationList, type NewInvitation, newInvitation, newReset } from '../../../src/contract/links.ts';
import { answered } from '../../client.ts';
import { tokenIn } from '../../links.ts';
import { expectStatus, finds, type ServerWay, type World } from './way.ts';

const password = 'only in kill tests 2026';

async function newOne({ server, number }: World): Promise<NewInvitation> {
  const body = { username: `invited-${number()}`, role: 'member' };
  return answered(await server.admin.client.post('/api/admin/invitations', body), 201, newInvitation);
}

async function isListed({ server }: World, id: string): Promise<boolean> {
  const reply = await server.admin.client.get('/api/admin/invitations');
  return answered(reply, 200, invitationList).invitations.some((each) => each.id === id);
}

const opens = async ({ server }: World, link: string) => {
  const body = { purpose: 'invitation', token: tokenIn(link) };
  return (await server.anonymous.post('/api/auth/links/check', body)).status === 200;
};

export const createInvitation: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const username = `invited-${world.number()}`;
    let made: NewInvitation | undefined;
    return {
      async act() {
        const reply = await world.server.admin.client.post('/api/admin/invitations', { username, role: 'curator' });
        made = answered(reply, 201, newInvitation);
      },
      isStored: (ask) => finds(ask, 'select 1 from one_time_links where username = ?', username),
      async check() {
        assert.ok(made && (await isListed(world, made.id)) && (await opens(world, made.link)));
      },
    };
  },
};

export const renewInvitation: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const before = await newOne(world);
    const hash = 'select token_hash from one_time_links where id = ?';
    const was = world.ask(hash, before.id)[0]?.token_hash;
    let renewed: NewInvitation | undefined;
    return {
      async act() {
        const reply = await world.server.admin.client.post(`/api/admin/invitations/${before.id}/renew`);
        renewed = answered(reply, 200, newInvitation);
      },
      isStored: (ask) => ask(hash, before.id)[0]?.token_hash !== was,
      async check() {
        assert.ok(renewed && (await opens(world, renewed.link)));
        assert.equal(await opens(world, before.link), false);
      },
    };
  },
};

export const withdrawInvitation: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const { id, link } = await newOne(world);
    return {
      async act() {
        expectStatus(await world.server.admin.client.delete(`/api/admin/invitations/${id}`), 204, 404);
      },
      isStored: (ask) => !finds(ask, 'select 1 from one_time_links where id = ?', id),
      async check() {
        assert.equal(await isListed(world, id), false);
        assert.equal(await opens(world, link), false);
      },
    };
  },
};

export const acceptInvitation: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const { server } = world;
    const { username, link, id } = await newOne(world);
    return {
      async act() {
        const body = { token: tokenIn(link), password };
        expectStatus(await server.anonymous.post('/api/auth/invitations/accept', body), 201, 410);
      },
      isStored: (ask) => finds(ask, 'select 1 from users where username = ?', username ?? ''),
      async check() {
        const reply = await server.admin.client.get(`/api/admin/users?q=${username}`);
        assert.equal(answered(reply, 200, userList).users.length, 1);
        assert.equal(await isListed(world, id), false);
        answered(await server.anonymous.post('/api/auth/login', { username, password }), 200, loginAnswer);
      },
    };
  },
};

export const createReset: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare({ server }) {
    const { user } = await server.person();
    let link = '';
    return {
      async act() {
        const reply = await server.admin.client.post(`/api/admin/users/${user.id}/reset`);
        link = answered(reply, 201, newReset).link;
      },
      isStored: (ask) => finds(ask, 'select 1 from one_time_links where user_id = ?', user.id),
      async check() {
        const body = { purpose: 'reset', token: tokenIn(link) };
        expectStatus(await server.anonymous.post('/api/auth/links/check', body), 200);
      },
    };
  },
};

export const useReset: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare({ server, ask }) {
    const { user, username, client } = await server.person();
    const { link } = answered(await server.admin.client.post(`/api/admin/users/${user.id}/reset`), 201, newReset);
    const hash = 'select password_hash from users where id = ?';
    const was = ask(hash, user.id)[0]?.password_hash;
    return {
      async act() {
        const body = { token: tokenIn(link), password };
        expectStatus(await server.anonymous.post('/api/auth/resets/use', body), 200, 410);
      },
      isStored: (now) => now(hash, user.id)[0]?.password_hash !== was,
      async check() {
        expectStatus(await client.get('/api/auth/me'), 401);
        answered(await server.anonymous.post('/api/auth/login', { username, password }), 200, loginAnswer);
      },
    };
  },
};
