import { z } from 'zod';
import { route } from '../access/route.ts';
import { forkBody, session } from '../contract/sessions.ts';
import { type ForkPorts, forkSession } from './fork-session.ts';

export function forkRoutes(ports: ForkPorts) {
  return [
    route({
      method: 'post',
      path: '/api/sessions/:id/fork',
      tag: 'Sessions',
      summary: 'A new session of mine that begins as a copy of this one up to a turn, along that turn’s branch.',
      access: { action: 'session.fork' },
      params: z.object({ id: z.uuid() }),
      body: forkBody,
      answers: {
        201: { description: 'The copy, whole', schema: session },
        200: { description: 'The copy that this client_fork_id made before', schema: session },
      },
      handler: async ({ actor, params: { id }, body, request }) => {
        const { headers } = request;
        const { session: copy, repeated } = await forkSession(ports, actor, {
          sessionId: id,
          turnId: body.turn_id,
          clientForkId: body.client_fork_id,
          origin: headers.has('authorization') || headers.has('x-api-key') ? 'api' : 'web',
        });
        return { status: repeated ? 200 : 201, json: copy };
      },
    }),
  ];
}
