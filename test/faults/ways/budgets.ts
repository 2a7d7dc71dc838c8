import assert from 'node:assert/strict';
import { subjectBudget } from '../../../src/contract/budgets.ts';
import { answered } from '../../client.ts';
import { expectStatus, finds, type ServerWay, type World } from './way.ts';

const limits = { turns_per_day: 7, tokens_per_day: null };
const stored = `select 1 from budgets where kind = 'user' and subject_id = ? and turns_per_day = 7`;

async function givenUser({ server }: World): Promise<{ userId: string; path: string }> {
  const { user } = await server.person();
  return { userId: user.id, path: `/api/admin/budgets/user/${user.id}` };
}

const ownOf = async ({ server }: World, path: string) =>
  answered(await server.admin.client.get(path), 200, subjectBudget).own;

export const putBudget: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const { userId, path } = await givenUser(world);
    return {
      async act() {
        expectStatus(await world.server.admin.client.put(path, limits), 204);
      },
      isStored: (ask) => finds(ask, stored, userId),
      async check() {
        assert.deepEqual(await ownOf(world, path), limits);
      },
    };
  },
};

export const removeBudget: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const { userId, path } = await givenUser(world);
    expectStatus(await world.server.admin.client.put(path, limits), 204);
    return {
      async act() {
        expectStatus(await world.server.admin.client.delete(path), 204);
      },
      isStored: (ask) => !finds(ask, stored, userId),
      async check() {
        assert.equal(await ownOf(world, path), null);
      },
    };
  },
};
