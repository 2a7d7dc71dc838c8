import { z } from 'zod';
import { route } from '../access/route.ts';
import { sessionBinQuery, sessionsInBin } from '../contract/session-bin.ts';
import { session } from '../contract/sessions.ts';
import { listSessionBin, purgeSession, restoreSession, type SessionBinPorts } from './session-bin.ts';

const params = z.object({ id: z.uuid() });
const notThere = { 404: { description: 'It is not in my bin' } };

export function sessionBinRoutes(ports: SessionBinPorts) {
  return [
    route({
      method: 'get',
      path: '/api/bin/sessions',
      tag: 'Sessions',
      summary: 'Sessions I deleted and may bring back, the newest deletion first, and until when each is kept.',
      access: { action: 'session.list' },
      query: sessionBinQuery,
      answers: { 200: { description: 'A page of sessions', schema: sessionsInBin } },
      handler: async ({ actor, query }) => ({ status: 200, json: await listSessionBin(ports, actor, query) }),
    }),
    route({
      method: 'post',
      path: '/api/bin/sessions/:id/restore',
      tag: 'Sessions',
      summary: 'Bring a session back as it was.',
      access: { action: 'session.delete' },
      params,
      answers: { 200: { description: 'The session', schema: session }, ...notThere },
      handler: async ({ actor, params: { id } }) => ({ status: 200, json: await restoreSession(ports, actor, id) }),
    }),
    route({
      method: 'delete',
      path: '/api/bin/sessions/:id',
      tag: 'Sessions',
      summary: 'Delete a session in the bin for good, with all that was said in it.',
      access: { action: 'session.delete' },
      params,
      answers: {
        204: { description: 'Deleted' },
        ...notThere,
        409: { description: 'A legal hold is on it: it stays in the bin' },
      },
      async handler({ actor, params: { id } }) {
        await purgeSession(ports, actor, id);
        return { status: 204 };
      },
    }),
  ];
}
