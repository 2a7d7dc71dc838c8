import assert from 'node:assert/strict';
import { loginAnswer, userList } from '../../../src/contract/auth.ts';
import { answered, Client } from '../../client.ts';
import { openSession, signIn } from '../../given.ts';
import { expectStatus, finds, type ServerWay, type World } from './way.ts';

const password = 'only in kill tests 2026';

async function usersNamed({ server }: World, username: string) {
  const reply = await server.admin.client.get(`/api/admin/users?q=${username}`);
  return answered(reply, 200, userList).users;
}

export const createUser: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const { admin, anonymous } = world.server;
    const username = `made-${world.number()}`;
    return {
      async act() {
        expectStatus(await admin.client.post('/api/admin/users', { username, password }), 201, 409);
      },
      isStored: (ask) => finds(ask, 'select 1 from users where username = ?', username),
      async check() {
        assert.equal((await usersNamed(world, username)).length, 1);
        answered(await anonymous.post('/api/auth/login', { username, password }), 200, loginAnswer);
      },
    };
  },
};

export const patchUser: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const { admin } = world.server;
    const { user, username, client } = await world.server.person();
    const display_name = `Renamed ${world.number()}`;
    return {
      async act() {
        const changes = { display_name, is_active: false };
        expectStatus(await admin.client.patch(`/api/admin/users/${user.id}`, changes), 200);
      },
      isStored: (ask) => finds(ask, 'select 1 from users where id = ? and display_name = ?', user.id, display_name),
      async check() {
        const [found] = await usersNamed(world, username);
        assert.deepEqual([found?.display_name, found?.is_active], [display_name, false]);
        expectStatus(await client.get('/api/auth/me'), 401);
      },
    };
  },
};

export const deleteUser: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const { admin } = world.server;
    const { user, username, client } = await world.server.person();
    return {
      async act() {
        expectStatus(await admin.client.delete(`/api/admin/users/${user.id}`), 204, 404);
      },
      isStored: (ask) => finds(ask, 'select 1 from users where id = ? and deleted_at is not null', user.id),
      async check() {
        assert.deepEqual(await usersNamed(world, username), []);
        expectStatus(await client.get('/api/auth/me'), 401);
      },
    };
  },
};

export const putLoginToken: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare({ server, ask }) {
    const { admin, adminPassword, anonymous } = server;
    const count = 'select count(*) as n from login_tokens where user_id = ?';
    const before = ask(count, admin.user.id)[0]?.n ?? 0;
    let token = '';
    return {
      async act() {
        const login = { username: admin.username, password: adminPassword };
        token = answered(await anonymous.post('/api/auth/login', login), 200, loginAnswer).access_token;
      },
      isStored: (now) => (now(count, admin.user.id)[0]?.n ?? 0) > before,
      async check() {
        expectStatus(await new Client(server.url, token).get('/api/auth/me'), 200);
      },
    };
  },
};

export const revokeLoginToken: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare({ server }) {
    const { client, user } = await server.person();
    return {
      async act() {
        // Signed out already, one is nobody.
        expectStatus(await client.post('/api/auth/logout'), 204, 401);
      },
      isStored: (ask) => finds(ask, 'select 1 from login_tokens where user_id = ? and revoked_at is not null', user.id),
      async check() {
        expectStatus(await client.get('/api/auth/me'), 401);
      },
    };
  },
};

export const noteRefusedSignIns: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const { user, username } = await world.server.person();
    const recorded = "select 1 from audit_log where action = 'user.sign_in_refused' and object_id = ?";
    return {
      async act() {
        // A restart forgets the tries before it.
        for (let n = 0; n < 5; n += 1) {
          expectStatus(await world.server.anonymous.post('/api/auth/login', { username, password: 'wrong' }), 401, 429);
        }
      },
      isStored: (ask) => finds(ask, recorded, user.id),
      async check() {
        assert.equal((await usersNamed(world, username)).length, 1);
      },
    };
  },
};

export const revokeLogins: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare({ server }) {
    const person = await server.person();
    const elsewhere = await server.signInAgain(person);
    const isOver = 'select 1 from login_tokens where user_id = ? and revoked_at is not null';
    return {
      async act() {
        expectStatus(await person.client.delete('/api/account/logins'), 200);
      },
      isStored: (ask) => finds(ask, isOver, person.user.id),
      async check() {
        expectStatus(await elsewhere.get('/api/auth/me'), 401);
        expectStatus(await person.client.get('/api/auth/me'), 200);
      },
    };
  },
};

export const changePassword: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare({ server, number }) {
    const username = `changes-${number()}`;
    expectStatus(await server.admin.client.post('/api/admin/users', { username, password }), 201);
    const { client, user } = await signIn(server.url, username, password);
    const next = 'another one in kill tests 2026';
    return {
      async act() {
        const change = { current_password: password, new_password: next };
        // Changed already, the login it came through is over.
        expectStatus(await client.post('/api/account/password', change), 200, 401);
      },
      isStored: (ask) =>
        finds(ask, `select 1 from audit_log where action = 'user.password_changed' and object_id = ?`, user.id),
      async check() {
        expectStatus(await client.get('/api/auth/me'), 401);
        await signIn(server.url, username, next);
      },
    };
  },
};

/** Longer ago than the use of a login is noted again. */
const awayMs = 120_000;

export const touchLoginToken: ServerWay = {
  place: 'server',
  async prepare({ server }) {
    const seenAt = new Date(Date.now() - awayMs).toISOString();
    const person = await server.person('member', seenAt);
    const isNoted = 'select 1 from login_tokens where user_id = ? and last_used_at > ?';
    return {
      async act() {
        expectStatus(await person.client.get('/api/auth/me'), 200);
      },
      isStored: (ask) => finds(ask, isNoted, person.user.id, seenAt),
      async check() {
        await openSession(person);
      },
    };
  },
};
