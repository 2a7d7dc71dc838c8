import { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import { route } from '../access/route.ts';
import { secondsUntilRenewal } from '../contract/budgets.ts';
import { chatAnswer, chatBody, postTurnBody, stopAnswer, turnAnswer } from '../contract/sessions.ts';
import { AppError } from '../errors.ts';
import { newId } from '../ids.ts';
import { type AcceptPorts, acceptTurn } from './accept-turn.ts';
import { type AwaitPorts, awaitTurn } from './await-turn.ts';
import { stopTurn } from './stop-turn.ts';

const session = z.object({ id: z.uuid() });
const turn = z.object({ id: z.uuid(), turn_id: z.uuid() });

export function turnRoutes(ports: AcceptPorts & AwaitPorts) {
  return [
    route({
      method: 'post',
      path: '/api/sessions/:id/turns',
      tag: 'Turns',
      summary:
        'Send a message. 202 once it is durable; the same id and body again give the first result. With replaces_turn_id it opens a branch beside that turn; else it follows the branch of parent_turn_id, or the newest.',
      access: { action: 'turn.create' },
      params: session,
      body: postTurnBody,
      answers: {
        202: { description: 'Stored and queued', schema: turnAnswer },
        200: { description: 'Stored before', schema: turnAnswer },
      },
      handler: async ({ actor, params, body }) => {
        const { repeated, ...answer } = await acceptTurn(ports, actor, params.id, body);
        return { status: repeated ? 200 : 202, json: answer };
      },
    }),
    route({
      method: 'post',
      path: '/api/sessions/:id/turns/:turn_id/stop',
      tag: 'Turns',
      summary: 'Stop a turn, from anywhere. What was shown of its answer stays.',
      access: { action: 'turn.stop' },
      params: turn,
      answers: { 202: { description: 'The state the turn is in', schema: stopAnswer } },
      handler: async ({ actor, params }) => ({
        status: 202,
        json: await stopTurn(ports, actor, params.id, params.turn_id),
      }),
    }),
    route({
      method: 'post',
      path: '/api/sessions/:id/chat',
      tag: 'Turns',
      summary:
        'Send a message to the newest branch and wait for the answer, at most 120 s. The turn goes on when the caller leaves.',
      access: { action: 'turn.create' },
      params: session,
      body: chatBody,
      unhurried: 'long',
      answers: {
        200: { description: 'The answer', schema: chatAnswer },
        202: { description: 'Still under way', schema: turnAnswer },
        502: { description: 'The turn ended without an answer: it failed or was stopped' },
      },
      handler: async ({ actor, params, body, request }) => chat(ports, actor, params.id, body, request.signal),
    }),
  ];
}

async function chat(
  ports: AcceptPorts & AwaitPorts,
  actor: Actor,
  sessionId: string,
  body: z.output<typeof chatBody>,
  signal: AbortSignal,
) {
  const { repeated: _repeated, ...accepted } = await acceptTurn(ports, actor, sessionId, {
    client_turn_id: body.client_turn_id ?? newId(),
    text: body.message,
    ...(body.corpora && { corpora: body.corpora }),
  });
  const ended = await awaitTurn(ports, { sessionId, userId: actor.userId, turnId: accepted.turn_id }, signal);
  if (!ended) return { status: 202, json: accepted };
  if (ended.code === 'budget_exhausted') {
    throw new AppError('budget_exhausted', { retryAfterSeconds: secondsUntilRenewal(ports.clock.now()) });
  }
  if (!ended.answer) {
    const reason = ended.code === undefined ? '' : ` (${ended.code})`;
    throw new AppError('turn_failed', { detail: `The turn ended as ${ended.state}${reason}. Its session shows why.` });
  }
  return {
    status: 200,
    json: {
      response: ended.answer.text,
      timestamp: ended.answer.at,
      session_id: sessionId,
      turn_id: accepted.turn_id,
      citations: ended.answer.citations,
    },
  };
}
