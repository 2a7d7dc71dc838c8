import { z } from 'zod';
import { type Actor, byOf } from '../access/actor.ts';
import { route } from '../access/route.ts';
import type { Clock } from '../clock.ts';
import { readContentBody, type SessionContent, sessionContent } from '../contract/admin.ts';
import { AppError } from '../errors.ts';
import { toHistory } from '../events/read-session.ts';
import type { Store } from '../store/store.ts';

type Ports = { store: Store; clock: Clock };

/** Reading what is said in other people's sessions: on record, and in sight of those people. */
export function sessionContentRoutes(ports: Ports) {
  return [
    route({
      method: 'post',
      path: '/api/admin/sessions/:id/content',
      tag: 'Administration',
      summary:
        'Read what was said in a session, in all its branches, with a reason that is recorded and shown to its members.',
      access: { action: 'admin.sessions.read_content' },
      params: z.strictObject({ id: z.uuid() }),
      body: readContentBody,
      answers: {
        200: { description: 'Questions and answers', schema: sessionContent },
        404: { description: 'No such session, or it is deleted' },
      },
      handler: async ({ actor, params: { id }, body }) => ({
        status: 200,
        json: await readContent(ports, actor, id, body.reason),
      }),
    }),
  ];
}

/** The content is asked for only once the record is durable.
 *  @throws AppError not_found */
async function readContent(
  { store, clock }: Ports,
  actor: Actor,
  sessionId: string,
  reason: string,
): Promise<SessionContent> {
  const session = await store.write.noteSessionRead({ sessionId, reason, at: clock.now(), by: byOf(actor) });
  if (!session) throw new AppError('not_found');
  const messages = toHistory(await store.scan.messagesForRecordedRead({ sessionId }));
  return { session_id: sessionId, ...session, messages };
}
