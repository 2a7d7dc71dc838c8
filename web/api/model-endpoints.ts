import {
  type DefaultModel,
  type EndpointBody,
  listedModels,
  modelEndpoint,
  modelSettings,
  type TriedEndpoint,
  testedModel,
} from '../../src/contract/model-endpoints.ts';
import { call, command } from './client.ts';

const path = '/api/admin/models';
const endpoint = (id: string) => `${path}/endpoints/${encodeURIComponent(id)}`;

export const fetchModelSettings = (signal: AbortSignal) => call(modelSettings, 'GET', path, { signal });
export const addEndpoint = (body: EndpointBody) => call(modelEndpoint, 'POST', `${path}/endpoints`, { body });
export const changeEndpoint = (id: string, body: EndpointBody & { version: number }) =>
  call(modelEndpoint, 'PUT', endpoint(id), { body });
export const removeEndpoint = (id: string) => command('DELETE', endpoint(id));
export const chooseDefaultModel = (body: DefaultModel) => command('PUT', `${path}/default`, { body });
export const testModel = (body: TriedEndpoint & { model: string }) =>
  call(testedModel, 'POST', `${path}/test`, { body });
export const listModels = (body: TriedEndpoint) => call(listedModels, 'POST', `${path}/list`, { body });
