import { z } from 'zod';
import { byOf } from '../access/actor.ts';
import { route } from '../access/route.ts';
import { accountKeys, createdKey, createKeyBody } from '../contract/account.ts';
import { uuid } from '../contract/common.ts';
import { createApiKey, listApiKeys, offeredScopes, revokeApiKey } from './api-keys.ts';
import type { Identity } from './identity.ts';

const tag = 'My account';

/** The API keys of everybody's own. */
export function keyRoutes(identity: Pick<Identity, 'store' | 'clock'>) {
  return [
    route({
      method: 'post',
      path: '/api/account/keys',
      summary: 'Make an API key of mine; the answer shows it this once',
      tag,
      access: { action: 'account.keys.write' },
      body: createKeyBody,
      answers: {
        201: { description: 'The key', schema: createdKey },
        409: { description: 'I have as many keys as one may' },
      },
      handler: async ({ actor, body }) => ({ status: 201, json: await createApiKey(identity, actor, body) }),
    }),
    route({
      method: 'get',
      path: '/api/account/keys',
      summary: 'My API keys, newest first, and the scopes I may give one',
      tag,
      access: { action: 'account.keys.read' },
      answers: { 200: { description: 'My keys', schema: accountKeys } },
      handler: async ({ actor }) => ({
        status: 200,
        json: { keys: await listApiKeys(identity, actor.userId), scopes: offeredScopes(actor.role) },
      }),
    }),
    route({
      method: 'delete',
      path: '/api/account/keys/:id',
      summary: 'Revoke one of my API keys',
      tag,
      access: { action: 'account.keys.write' },
      params: z.strictObject({ id: uuid }),
      answers: { 204: { description: 'Revoked' }, 404: { description: 'I have no such key' } },
      async handler({ actor, params }) {
        await revokeApiKey(identity, byOf(actor), actor.userId, params.id);
        return { status: 204 };
      },
    }),
  ];
}
