import { randomUUID } from 'node:crypto';
import { type ModelEndpoint, modelEndpoint } from '../src/contract/model-endpoints.ts';
import { answered } from './client.ts';
import type { Person } from './given.ts';

/** An endpoint that nobody is at. */
export function endpointBody(name: string) {
  const where = { base_url: 'http://127.0.0.1:9/v1', key: 'sk-only-in-tests-2026-abcd' };
  return { name, ...where, models: ['small'], continues: false };
}

/** Adds an endpoint with a name of its own. */
export async function newEndpoint(
  { client }: Pick<Person, 'client'>,
  body: Partial<ReturnType<typeof endpointBody>> = {},
): Promise<ModelEndpoint> {
  const wanted = { ...endpointBody(`Endpoint ${randomUUID()}`), ...body };
  return answered(await client.post('/api/admin/models/endpoints', wanted), 201, modelEndpoint);
}
