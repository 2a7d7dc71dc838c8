import { z } from 'zod';
import { route } from '../access/route.ts';
import { uuid } from '../contract/common.ts';
import { secondFactorRule } from '../contract/second-factor.ts';
import type { Identity } from '../identity/identity.ts';
import { getSecondFactorRule, putSecondFactorRule, removeSecondFactor } from '../identity/second-factor.ts';

const tag = 'Administration';
const path = '/api/admin/second-factor';

/** The administrators' side of second factors: who must have one, and taking away one that was lost. */
export function adminSecondFactorRoutes(identity: Identity) {
  return [
    route({
      method: 'get',
      path,
      summary: 'The roles that must have a second factor',
      tag,
      access: { action: 'admin.users.read' },
      answers: { 200: { description: 'The rule', schema: secondFactorRule } },
      handler: async () => ({ status: 200, json: await getSecondFactorRule(identity) }),
    }),
    route({
      method: 'put',
      path,
      summary: 'Say which roles must have one; who has none is signed out and led to it',
      tag,
      access: { action: 'admin.users.write' },
      body: secondFactorRule,
      answers: {
        200: { description: 'The rule', schema: secondFactorRule },
        409: { description: 'Your own role is among them and you have none' },
      },
      handler: async ({ actor, body }) => ({ status: 200, json: await putSecondFactorRule(identity, actor, body) }),
    }),
    route({
      method: 'delete',
      path: '/api/admin/users/:id/second-factor',
      summary: 'Remove the second factor of a user who lost it, and sign them out; again is no error',
      tag,
      access: { action: 'admin.users.write' },
      params: z.strictObject({ id: uuid }),
      answers: { 204: { description: 'There is none' }, 404: { description: 'No such user' } },
      async handler({ actor, params }) {
        await removeSecondFactor(identity, actor, params.id);
        return { status: 204 };
      },
    }),
  ];
}
