import { z } from 'zod';
import { route } from '../../access/route.ts';
import { uuid } from '../../contract/common.ts';
import { legalHolds, legalHoldsQuery, placeHoldBody, releaseHoldBody } from '../../contract/legal-holds.ts';
import { type HoldPorts, listHolds, placeHold, releaseHold } from './legal-holds.ts';

const tag = 'Administration';
const path = '/api/admin/holds';

/** Legal holds: what they are on is erased by nothing. */
export function legalHoldRoutes(ports: HoldPorts) {
  return [
    route({
      method: 'get',
      path,
      tag,
      summary: 'Legal holds, the newest first, also those that were released',
      access: { action: 'admin.holds.read' },
      query: legalHoldsQuery,
      answers: { 200: { description: 'A page of holds', schema: legalHolds } },
      handler: async ({ query }) => ({ status: 200, json: await listHolds(ports, query) }),
    }),
    route({
      method: 'post',
      path,
      tag,
      summary: 'Put a hold on a person or a session: nothing erases it until the hold is released',
      access: { action: 'admin.holds.write' },
      body: placeHoldBody,
      answers: {
        201: { description: 'It holds', schema: z.strictObject({ id: uuid }) },
        404: { description: 'There is no such person or session' },
        409: { description: 'It is held already, or is being erased' },
      },
      handler: async ({ actor, body }) => ({ status: 201, json: await placeHold(ports, actor, body) }),
    }),
    route({
      method: 'post',
      path: `${path}/:id/release`,
      tag,
      summary: 'Release a hold: what it was on goes again as everything does',
      access: { action: 'admin.holds.write' },
      params: z.strictObject({ id: uuid }),
      body: releaseHoldBody,
      answers: { 204: { description: 'Released' }, 404: { description: 'There is no such hold, or it is released' } },
      async handler({ actor, params: { id }, body: { reason } }) {
        await releaseHold(ports, actor, id, reason);
        return { status: 204 };
      },
    }),
  ];
}
