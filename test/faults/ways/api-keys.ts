import assert from 'node:assert/strict';
import { accountKeys } from '../../../src/contract/account.ts';
import { answered, Client } from '../../client.ts';
import { newKey } from '../../keys.ts';
import { expectStatus, finds, type ServerWay } from './way.ts';

const ofKey = 'select 1 from api_keys where id = ?';

export const createApiKey: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare({ server, number }) {
    const person = await server.person();
    const name = `Key ${number()}`;
    return {
      async act() {
        await newKey(person, ['sessions:read'], { name });
      },
      isStored: (ask) => finds(ask, 'select 1 from api_keys where name = ?', name),
      async check() {
        const { keys } = answered(await person.client.get('/api/account/keys'), 200, accountKeys);
        // Twice, when the first answer was lost with the key in it.
        assert.ok(keys.length >= 1 && keys.every((key) => key.name === name));
      },
    };
  },
};

export const revokeApiKey: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare({ server }) {
    const person = await server.person();
    const { id, key } = await newKey(person);
    return {
      async act() {
        expectStatus(await person.client.delete(`/api/account/keys/${id}`), 204, 404);
      },
      isStored: (ask) => finds(ask, `${ofKey} and revoked_at is not null`, id),
      async check() {
        expectStatus(await new Client(server.url, key).get('/api/auth/me'), 401);
      },
    };
  },
};

export const touchApiKey: ServerWay = {
  place: 'server',
  async prepare({ server }) {
    const { id, key } = await newKey(await server.person());
    return {
      async act() {
        expectStatus(await new Client(server.url, key).get('/api/auth/me'), 200);
      },
      isStored: (ask) => finds(ask, `${ofKey} and last_used_at is not null`, id),
      async check() {
        expectStatus(await new Client(server.url, key).get('/api/sessions'), 200);
      },
    };
  },
};
