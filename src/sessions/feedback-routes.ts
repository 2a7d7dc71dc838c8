import { z } from 'zod';
import { route } from '../access/route.ts';
import { feedback, feedbackBody, feedbackList } from '../contract/feedback.ts';
import { type FeedbackPorts, giveFeedback, listFeedback, removeFeedback } from './feedback.ts';

const session = z.object({ id: z.uuid() });
const turn = z.object({ id: z.uuid(), turn_id: z.uuid() });

export function feedbackRoutes(ports: FeedbackPorts) {
  return [
    route({
      method: 'get',
      path: '/api/sessions/:id/feedback',
      tag: 'Sessions',
      summary: 'What I think of the answers of a session, of those I rated.',
      access: { action: 'session.read' },
      params: session,
      answers: { 200: { description: 'My feedback alone', schema: feedbackList } },
      handler: async ({ actor, params: { id } }) => ({
        status: 200,
        json: { feedback: await listFeedback(ports, actor, id) },
      }),
    }),
    route({
      method: 'put',
      path: '/api/sessions/:id/turns/:turn_id/feedback',
      tag: 'Sessions',
      summary: 'Say whether an answer was good, and why; in place of what I said before.',
      access: { action: 'feedback.give' },
      params: turn,
      body: feedbackBody,
      answers: { 200: { description: 'Stored', schema: feedback } },
      handler: async ({ actor, params, body }) => ({
        status: 200,
        json: await giveFeedback(ports, actor, {
          sessionId: params.id,
          turnId: params.turn_id,
          rating: body.rating,
          reason: body.reason ?? '',
        }),
      }),
    }),
    route({
      method: 'delete',
      path: '/api/sessions/:id/turns/:turn_id/feedback',
      tag: 'Sessions',
      summary: 'Take back what I said of an answer.',
      access: { action: 'feedback.give' },
      params: turn,
      answers: { 204: { description: 'Taken back, also when there was nothing' } },
      handler: async ({ actor, params }) => {
        await removeFeedback(ports, actor, { sessionId: params.id, turnId: params.turn_id });
        return { status: 204 };
      },
    }),
  ];
}
