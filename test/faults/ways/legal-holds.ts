import assert from 'node:assert/strict';
import { legalHolds } from '../../../src/contract/legal-holds.ts';
import { answered } from '../../client.ts';
import { openSession } from '../../given.ts';
import { heldSession } from '../../holds.ts';
import { expectStatus, finds, type ServerWay, type World } from './way.ts';

const path = '/api/admin/holds';
const holding = 'select 1 from legal_holds where subject_id = ? and released_at is null';

async function holdOn({ server }: World, sessionId: string) {
  const { holds } = answered(await server.admin.client.get(`${path}?limit=500`), 200, legalHolds);
  return holds.filter((hold) => hold.subject_id === sessionId);
}

export const placeHold: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const { session_id } = await openSession(world.server.admin);
    const body = { kind: 'session', session_id, reason: 'A lawsuit' };
    return {
      act: async () => {
        expectStatus(await world.server.admin.client.post(path, body), 201, 409);
      },
      isStored: (ask) => finds(ask, holding, session_id),
      async check() {
        assert.equal((await holdOn(world, session_id)).length, 1);
      },
    };
  },
};

export const releaseHold: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const { session_id } = await openSession(world.server.admin);
    const id = await heldSession(world.server.admin, session_id);
    return {
      act: async () => {
        expectStatus(await world.server.admin.client.post(`${path}/${id}/release`, { reason: 'It is over' }), 204, 404);
      },
      isStored: (ask) => !finds(ask, holding, session_id),
      async check() {
        const [hold] = await holdOn(world, session_id);
        assert.equal(hold?.release_reason, 'It is over');
      },
    };
  },
};
