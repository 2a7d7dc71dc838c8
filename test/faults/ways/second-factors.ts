import assert from 'node:assert/strict';
import { loginAnswer } from '../../../src/contract/auth.ts';
import { secondFactorRule, secondFactorState } from '../../../src/contract/second-factor.ts';
import { answered, Client, refused } from '../../client.ts';
import { beginSecondFactor as begin, codeOf, turnOn, withPassword } from '../../second-factor.ts';
import { expectStatus, finds, type ServerWay, type World } from './way.ts';

const password = 'only in kill tests 2026';
const isOnNow = 'select 1 from second_factors where user_id = ? and confirmed_at is not null';

const newPerson = ({ server, number }: World) => withPassword(server.admin, `two-steps-${number()}`, password);
const isOn = async (client: Client) =>
  answered(await client.get('/api/account/second-factor'), 200, secondFactorState).is_on;

/** Signs in by both steps. */
async function signInWith({ server }: World, username: string, code: string) {
  const first = await server.anonymous.post('/api/auth/login', { username, password });
  const { challenge } = refused(first, 401, 'second_factor_required');
  return server.anonymous.post('/api/auth/login/second-factor', { challenge, code });
}

export const beginSecondFactor: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const person = await newPerson(world);
    return {
      async act() {
        await begin(person.client, password);
      },
      isStored: (ask) => finds(ask, 'select 1 from second_factors where user_id = ?', person.user.id),
      async check() {
        assert.equal(await isOn(person.client), false);
      },
    };
  },
};

export const confirmSecondFactor: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const { client, user, username } = await newPerson(world);
    const secret = await begin(client, password);
    return {
      async act() {
        // Turned on already, the login it was done with is over.
        const confirmed = await client.post('/api/account/second-factor/confirm', { code: codeOf(secret) });
        expectStatus(confirmed, 200, 401);
      },
      isStored: (ask) => finds(ask, isOnNow, user.id),
      async check() {
        expectStatus(await client.get('/api/auth/me'), 401);
        expectStatus(await signInWith(world, username, codeOf(secret, 1)), 200);
      },
    };
  },
};

export const renewRecoveryCodes: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const { person, recovery_codes: before } = await turnOn(await newPerson(world), password);
    const codes = 'select code_hash from recovery_codes where user_id = ? order by code_hash';
    const were = JSON.stringify(world.ask(codes, person.user.id));
    return {
      async act() {
        const proof = { password, code: before[0] };
        expectStatus(await person.client.post('/api/account/second-factor/recovery-codes', proof), 200, 403);
      },
      isStored: (ask) => JSON.stringify(ask(codes, person.user.id)) !== were,
      async check() {
        assert.equal(world.ask(codes, person.user.id).length, 10);
        expectStatus(await signInWith(world, person.username, before[1] ?? ''), 401);
      },
    };
  },
};

export const turnOffSecondFactor: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const { person, recovery_codes: codes } = await turnOn(await newPerson(world), password);
    const { username } = person;
    return {
      async act() {
        const proof = { password, code: codes[0] };
        // Turned off already, the login it was done with is over.
        expectStatus(await person.client.post('/api/account/second-factor/turn-off', proof), 200, 401);
      },
      isStored: (ask) => !finds(ask, isOnNow, person.user.id),
      async check() {
        const login = await world.server.anonymous.post('/api/auth/login', { username, password });
        const { access_token } = answered(login, 200, loginAnswer);
        assert.equal(await isOn(new Client(world.server.url, access_token)), false);
      },
    };
  },
};

export const removeSecondFactor: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const { person } = await turnOn(await newPerson(world), password);
    const { user, username } = person;
    return {
      async act() {
        expectStatus(await world.server.admin.client.delete(`/api/admin/users/${user.id}/second-factor`), 204);
      },
      isStored: (ask) => !finds(ask, isOnNow, user.id),
      async check() {
        expectStatus(await person.client.get('/api/auth/me'), 401);
        answered(await world.server.anonymous.post('/api/auth/login', { username, password }), 200, loginAnswer);
      },
    };
  },
};

export const requireSecondFactor: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare({ server, ask }) {
    const { client } = server.admin;
    const rule = () => ask("select updated_at from settings where key = 'second_factor.required_for'")[0]?.updated_at;
    // Of curators, then of nobody: in this world others go on, and each curator has done what they came for.
    expectStatus(await client.put('/api/admin/second-factor', { required_for: ['curator'] }), 200);
    const was = rule();
    return {
      async act() {
        expectStatus(await client.put('/api/admin/second-factor', { required_for: [] }), 200);
      },
      isStored: () => rule() !== was,
      async check() {
        const reply = await client.get('/api/admin/second-factor');
        assert.deepEqual(answered(reply, 200, secondFactorRule).required_for, []);
      },
    };
  },
};
