import assert from 'node:assert/strict';
import { modelEndpoint, modelSettings } from '../../../src/contract/model-endpoints.ts';
import { answered } from '../../client.ts';
import { expectStatus, finds, type ServerWay, type World } from './way.ts';

const path = '/api/admin/models/endpoints';
/** Nobody asks it: no turn is answered by these models but where one is made the default, which nothing after it asks either. */
const nowhere = 'http://127.0.0.1:9/v1';
const bodyOf = (name: string) => ({
  name,
  base_url: nowhere,
  key: 'only-in-kill-tests-2026',
  models: ['small'],
  continues: false,
});

const named = async ({ server }: World, name: string) =>
  answered(await server.admin.client.get('/api/admin/models'), 200, modelSettings).endpoints.find(
    (each) => each.name === name,
  );

async function newEndpoint({ server }: World, name: string) {
  return answered(await server.admin.client.post(path, bodyOf(name)), 201, modelEndpoint);
}

export const addModelEndpoint: ServerWay = {
  place: 'server',
  isAnswered: true,
  prepare(world) {
    const name = `endpoint-${world.number()}`;
    return Promise.resolve({
      async act() {
        // Added already, its name is taken.
        expectStatus(await world.server.admin.client.post(path, bodyOf(name)), 201, 409);
      },
      isStored: (ask) => finds(ask, 'select 1 from model_endpoints where name = ?', name),
      async check() {
        assert.equal((await named(world, name))?.has_key, true);
      },
    });
  },
};

export const changeModelEndpoint: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const name = `changed-${world.number()}`;
    const { id } = await newEndpoint(world, name);
    const { key: _, ...body } = bodyOf(name);
    return {
      async act() {
        const changed = { ...body, models: ['small', 'large'], version: 1 };
        // Changed already, it is of another version.
        expectStatus(await world.server.admin.client.put(`${path}/${id}`, changed), 200, 409);
      },
      isStored: (ask) => finds(ask, 'select 1 from model_endpoints where endpoint_id = ? and version = 2', id),
      async check() {
        const found = await named(world, name);
        assert.deepEqual([found?.models, found?.version, found?.has_key], [['small', 'large'], 2, true]);
      },
    };
  },
};

export const removeModelEndpoint: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const name = `removed-${world.number()}`;
    const { id } = await newEndpoint(world, name);
    return {
      async act() {
        expectStatus(await world.server.admin.client.delete(`${path}/${id}`), 204, 404);
      },
      isStored: (ask) => !finds(ask, 'select 1 from model_endpoints where endpoint_id = ?', id),
      async check() {
        assert.equal(await named(world, name), undefined);
      },
    };
  },
};

export const chooseDefaultModel: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const { server } = world;
    const { id } = await newEndpoint(world, `default-${world.number()}`);
    const settings = async () => answered(await server.admin.client.get('/api/admin/models'), 200, modelSettings);
    const before = (await settings()).default;
    return {
      async act() {
        const chosen = { endpoint_id: id, model: 'small' };
        expectStatus(await server.admin.client.put('/api/admin/models/default', chosen), 204);
      },
      isStored: (ask) => finds(ask, "select 1 from settings where json_extract(value, '$.endpointId') = ?", id),
      async check() {
        assert.equal((await settings()).default.endpoint_id, id);
        expectStatus(await server.admin.client.put('/api/admin/models/default', before), 204);
      },
    };
  },
};
