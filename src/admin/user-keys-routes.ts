import { z } from 'zod';
import { byOf } from '../access/actor.ts';
import { route } from '../access/route.ts';
import { userKeys } from '../contract/account.ts';
import { uuid } from '../contract/common.ts';
import { listApiKeys, revokeApiKey } from '../identity/api-keys.ts';
import type { Identity } from '../identity/identity.ts';

const tag = 'Administration';

/** Anybody's API keys, for administrators. */
export function adminUserKeyRoutes(identity: Pick<Identity, 'store' | 'clock'>) {
  return [
    route({
      method: 'get',
      path: '/api/admin/users/:id/keys',
      summary: 'The API keys of a user, newest first',
      tag,
      access: { action: 'admin.users.read' },
      params: z.strictObject({ id: uuid }),
      answers: { 200: { description: 'The keys', schema: userKeys }, 404: { description: 'No such user' } },
      handler: async ({ params }) => ({ status: 200, json: { keys: await listApiKeys(identity, params.id) } }),
    }),
    route({
      method: 'delete',
      path: '/api/admin/users/:id/keys/:key_id',
      summary: 'Revoke an API key of a user',
      tag,
      access: { action: 'admin.users.write' },
      params: z.strictObject({ id: uuid, key_id: uuid }),
      answers: { 204: { description: 'Revoked' }, 404: { description: 'No such user, or no such key of theirs' } },
      async handler({ actor, params }) {
        await revokeApiKey(identity, byOf(actor), params.id, params.key_id);
        return { status: 204 };
      },
    }),
  ];
}
