import { z } from 'zod';
import { route } from '../access/route.ts';
import type { Clock } from '../clock.ts';
import { adminSessionFacts, adminTurns, adminTurnsQuery } from '../contract/admin-session.ts';
import type { Store } from '../store/store.ts';
import { readSessionFacts, readSessionTurns } from './session-facts.ts';

const tag = 'Administration';
const access = { action: 'admin.sessions.read' } as const;
const params = z.object({ id: z.uuid() });
const missing = { description: 'No such session' };

/** One session as administrators see it: when, who, how long and with what, never what was said. */
export function sessionFactsRoutes(ports: { store: Store; clock: Clock }) {
  return [
    route({
      method: 'get',
      path: '/api/admin/sessions/:id',
      tag,
      summary: 'The facts of one session, deleted ones included: never content.',
      access,
      params,
      answers: { 200: { description: 'As of one moment', schema: adminSessionFacts }, 404: missing },
      handler: async ({ params: { id } }) => ({ status: 200, json: await readSessionFacts(ports, id) }),
    }),
    route({
      method: 'get',
      path: '/api/admin/sessions/:id/turns',
      tag,
      summary: 'The turns of one session, newest first: states, models, tokens, times, tools, attempts; never content.',
      access,
      params,
      query: adminTurnsQuery,
      answers: { 200: { description: 'A page', schema: adminTurns }, 404: missing },
      handler: async ({ params: { id }, query }) => ({ status: 200, json: await readSessionTurns(ports, id, query) }),
    }),
  ];
}
