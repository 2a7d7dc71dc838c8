import { z } from 'zod';
import { route } from '../../access/route.ts';
import { uuid } from '../../contract/common.ts';
import {
  changedEndpointBody,
  defaultModelBody,
  endpointBody,
  listedModels,
  listModelsBody,
  modelEndpoint,
  modelSettings,
  testedModel,
  testModelBody,
} from '../../contract/model-endpoints.ts';
import {
  addEndpoint,
  changeEndpoint,
  chooseDefault,
  type ModelSettingsPorts,
  readModelSettings,
  removeEndpoint,
} from './model-settings.ts';
import { listModels, testModel, type TryPorts } from './try-endpoint.ts';

const tag = 'Administration';
const reads = { action: 'admin.models.read' } as const;
const writes = { action: 'admin.models.write' } as const;
const params = z.strictObject({ id: uuid });
const nobody = { description: 'No such endpoint' };
const keyAgain = { description: 'Not valid; or the address is another one, and the key is to be entered again' };

/** Where models are asked, which of them answers, and whether it does. */
export function modelRoutes(ports: ModelSettingsPorts & TryPorts) {
  return [
    route({
      method: 'get',
      path: '/api/admin/models',
      summary: 'Where models are asked, without any key, and which one answers by default',
      tag,
      access: reads,
      answers: { 200: { description: 'The settings', schema: modelSettings } },
      handler: async () => ({ status: 200, json: await readModelSettings(ports) }),
    }),
    route({
      method: 'put',
      path: '/api/admin/models/default',
      summary: 'Choose the model that answers, from the next turn on',
      tag,
      access: writes,
      body: defaultModelBody,
      answers: { 204: { description: 'Chosen' }, 404: { description: 'No such endpoint, or it does not serve it' } },
      async handler({ actor, body }) {
        await chooseDefault(ports, actor, body);
        return { status: 204 };
      },
    }),
    route({
      method: 'post',
      path: '/api/admin/models/endpoints',
      summary: 'Add an endpoint; its key is encrypted, and given back by nothing',
      tag,
      access: writes,
      body: endpointBody,
      answers: {
        201: { description: 'The endpoint', schema: modelEndpoint },
        409: { description: 'The name is taken, or there are too many' },
      },
      handler: async ({ actor, body }) => ({ status: 201, json: await addEndpoint(ports, actor, body) }),
    }),
    route({
      method: 'put',
      path: '/api/admin/models/endpoints/:id',
      summary: 'Change an endpoint, from the next turn on; another scheme, host or port needs the key again',
      tag,
      access: writes,
      params,
      body: changedEndpointBody,
      answers: {
        200: { description: 'The endpoint', schema: modelEndpoint },
        400: keyAgain,
        404: nobody,
        409: { description: 'It was changed meanwhile, the name is taken, or the default model would go' },
      },
      handler: async ({ actor, params: { id }, body }) => ({
        status: 200,
        json: await changeEndpoint(ports, actor, id, body),
      }),
    }),
    route({
      method: 'delete',
      path: '/api/admin/models/endpoints/:id',
      summary: 'Remove an endpoint with its key',
      tag,
      access: writes,
      params,
      answers: { 204: { description: 'Removed' }, 404: nobody, 409: { description: 'The default model is there' } },
      async handler({ actor, params: { id } }) {
        await removeEndpoint(ports, actor, id);
        return { status: 204 };
      },
    }),
    route({
      method: 'post',
      path: '/api/admin/models/test',
      summary: 'Ask a model for a word, at an endpoint that is set or is to be, and say what came of it',
      tag,
      access: writes,
      body: testModelBody,
      answers: { 200: { description: 'What came of it', schema: testedModel }, 400: keyAgain, 404: nobody },
      handler: async ({ actor, body, request: { signal } }) => ({
        status: 200,
        json: await testModel(ports, actor, body, signal),
      }),
    }),
    route({
      method: 'post',
      path: '/api/admin/models/list',
      summary: 'Ask an endpoint that is set or is to be which models it has',
      tag,
      access: writes,
      body: listModelsBody,
      answers: { 200: { description: 'What came of it', schema: listedModels }, 400: keyAgain, 404: nobody },
      handler: async ({ actor, body, request: { signal } }) => ({
        status: 200,
        json: await listModels(ports, actor, body, signal),
      }),
    }),
  ];
}
