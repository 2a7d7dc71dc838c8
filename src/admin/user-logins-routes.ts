import { z } from 'zod';
import { byOf } from '../access/actor.ts';
import { route } from '../access/route.ts';
import { accountLogins, revokedLogins } from '../contract/account.ts';
import { uuid } from '../contract/common.ts';
import type { Identity } from '../identity/identity.ts';
import { listLogins, revokeLogin, revokeLogins } from '../identity/logins.ts';

const tag = 'Administration';
const userParams = z.strictObject({ id: uuid });
const loginParams = z.strictObject({ id: uuid, login_id: uuid });

/** Where anybody is signed in, for administrators. */
export function adminUserLoginRoutes(identity: Pick<Identity, 'store' | 'clock'>) {
  return [
    route({
      method: 'get',
      path: '/api/admin/users/:id/logins',
      summary: 'Where a user is signed in, last used first',
      tag,
      access: { action: 'admin.users.read' },
      params: userParams,
      answers: { 200: { description: 'The logins', schema: accountLogins }, 404: { description: 'No such user' } },
      handler: async ({ actor, params }) => ({
        status: 200,
        json: { logins: await listLogins(identity, params.id, actor.tokenId) },
      }),
    }),
    route({
      method: 'delete',
      path: '/api/admin/users/:id/logins',
      summary: 'Sign a user out everywhere',
      tag,
      access: { action: 'admin.users.write' },
      params: userParams,
      answers: {
        200: { description: 'How many logins ended', schema: revokedLogins },
        404: { description: 'No such user' },
      },
      handler: async ({ actor, params }) => ({
        status: 200,
        json: { revoked: await revokeLogins(identity, byOf(actor), params.id) },
      }),
    }),
    route({
      method: 'delete',
      path: '/api/admin/users/:id/logins/:login_id',
      summary: 'End one login of a user',
      tag,
      access: { action: 'admin.users.write' },
      params: loginParams,
      answers: { 204: { description: 'Ended' }, 404: { description: 'No such user, or no such login of theirs' } },
      async handler({ actor, params }) {
        await revokeLogin(identity, byOf(actor), params.id, params.login_id);
        return { status: 204 };
      },
    }),
  ];
}
