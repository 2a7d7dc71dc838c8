import { z } from 'zod';
import { explainObject, explainUser } from '../access/explanations.ts';
import { listGrants } from '../access/grants.ts';
import { route } from '../access/route.ts';
import { grantKind, grantMatrix, objectAccess, userAccess } from '../contract/access.ts';
import { pageQuery, uuid } from '../contract/common.ts';
import type { Store } from '../store/store.ts';

const tag = 'Administration';

/** Who may use what, and why, as the administrators see it. */
export function adminAccessRoutes(ports: { store: Store }) {
  return [
    route({
      method: 'get',
      path: '/api/admin/access',
      summary: 'Every agent and corpus with the groups it is granted to',
      tag,
      access: { action: 'admin.groups.read' },
      answers: { 200: { description: 'Agents, then corpora, by name', schema: grantMatrix } },
      handler: async () => ({ status: 200, json: await listGrants(ports) }),
    }),
    route({
      method: 'get',
      path: '/api/admin/access/:kind/:objectId',
      summary: 'Who may use an agent or a corpus, and why',
      tag,
      access: { action: 'admin.groups.read' },
      params: z.strictObject({ kind: grantKind, objectId: z.string().min(1).max(100) }),
      query: z.strictObject(pageQuery),
      answers: {
        200: { description: 'Its groups, and a page of its users by name', schema: objectAccess },
        404: { description: 'No such object' },
      },
      handler: async ({ params, query }) => ({ status: 200, json: await explainObject(ports, params, query) }),
    }),
    route({
      method: 'get',
      path: '/api/admin/users/:id/access',
      summary: 'The groups of a user, and what they may use, and why',
      tag,
      access: { action: 'admin.groups.read' },
      params: z.strictObject({ id: uuid }),
      answers: {
        200: { description: 'Agents, then corpora', schema: userAccess },
        404: { description: 'No such user' },
      },
      handler: async ({ params }) => ({ status: 200, json: await explainUser(ports, params.id) }),
    }),
  ];
}
