import { z } from 'zod';
import { type Actor, byOf } from '../access/actor.ts';
import { route } from '../access/route.ts';
import {
  adminSessions,
  adminSessionsExportQuery,
  adminSessionsQuery,
  invalidateAnswer,
  invalidateBody,
  stopSessionAnswer,
} from '../contract/admin.ts';
import { AppError } from '../errors.ts';
import { exportSessions } from './export-sessions.ts';
import { listAllSessions, placeAsked } from './session-list.ts';
import { type ListStreamPorts, streamSessionList } from './session-list-stream.ts';

const params = z.object({ id: z.uuid() });

export function adminSessionRoutes(ports: ListStreamPorts) {
  const invalidate = (actor: Actor, which: { sessionIds?: string[]; username?: string }) =>
    ports.store.write.invalidateSessions({ ...which, by: byOf(actor), at: ports.clock.now() });
  const requireExisting = async (sessionId: string) => {
    if (!(await ports.store.read.sessionExists({ sessionId }))) throw new AppError('not_found');
  };
  return [
    route({
      method: 'get',
      path: '/api/admin/sessions',
      tag: 'Administration',
      summary: 'Every session, newest activity first: facts, never content.',
      access: { action: 'admin.sessions.read' },
      query: adminSessionsQuery,
      answers: { 200: { description: 'A page; Link and X-Total-Count tell the rest', schema: adminSessions } },
      handler: async ({ query }) => {
        const page = await listAllSessions(ports, query);
        return { status: 200, json: page.sessions, headers: pageHeaders(query, page) };
      },
    }),
    route({
      method: 'get',
      path: '/api/admin/sessions/events',
      tag: 'Administration',
      summary: 'The same list, live: snapshot, then row and gone.',
      access: { action: 'admin.sessions.read' },
      query: adminSessionsQuery,
      unhurried: 'stream',
      answers: { 200: { description: 'Server-sent events', mediaType: 'text/event-stream' } },
      handler: async ({ actor, query }) => {
        placeAsked(query);
        return { stream: (connection) => streamSessionList(ports, actor, query, connection) };
      },
    }),
    route({
      method: 'get',
      path: '/api/admin/sessions/export',
      tag: 'Administration',
      summary: 'The list as CSV, all that fits the filters; the export is on record.',
      access: { action: 'admin.sessions.read' },
      query: adminSessionsExportQuery,
      unhurried: 'long',
      answers: { 200: { description: 'CSV', mediaType: 'text/csv' } },
      handler: async ({ actor, query }) => ({
        status: 200,
        body: await exportSessions(ports, actor, query),
        headers: {
          'content-type': 'text/csv; charset=utf-8',
          'content-disposition': 'attachment; filename="perdure-sessions.csv"',
        },
      }),
    }),
    route({
      method: 'post',
      path: '/api/admin/sessions/:id/invalidate',
      tag: 'Administration',
      summary: 'End a session: it stays readable, its turns are cancelled.',
      access: { action: 'admin.sessions.invalidate' },
      params,
      answers: { 200: { description: 'How many were ended', schema: invalidateAnswer } },
      handler: async ({ actor, params: { id } }) => {
        await requireExisting(id);
        const ended = await invalidate(actor, { sessionIds: [id] });
        return { status: 200, json: { invalidated: ended.length } };
      },
    }),
    route({
      method: 'post',
      path: '/api/admin/sessions/:id/stop',
      tag: 'Administration',
      summary: 'Stop what runs and waits in a session. What was shown of an answer stays; the session stays open.',
      access: { action: 'admin.sessions.stop' },
      params,
      answers: {
        202: { description: 'How many turns were stopped', schema: stopSessionAnswer },
        404: { description: 'No such session' },
      },
      handler: async ({ actor, params: { id } }) => {
        await requireExisting(id);
        const { store, clock } = ports;
        const code = 'stopped_by_administrator';
        const stopped = await store.write.stopSessionTurns({
          sessionId: id,
          code,
          at: clock.now(),
          by: byOf(actor),
        });
        return { status: 202, json: { stopped } };
      },
    }),
    route({
      method: 'post',
      path: '/api/admin/sessions/invalidate',
      tag: 'Administration',
      summary: 'End sessions by id, or all of one user.',
      access: { action: 'admin.sessions.invalidate' },
      body: invalidateBody,
      answers: { 200: { description: 'How many were ended', schema: invalidateAnswer } },
      handler: async ({ actor, body }) => {
        const ended = await invalidate(actor, {
          ...(body.session_ids && { sessionIds: body.session_ids }),
          ...(body.username !== undefined && { username: body.username }),
        });
        return { status: 200, json: { invalidated: ended.length } };
      },
    }),
  ];
}

function pageHeaders(
  query: object,
  page: { next_cursor: string | null; total: number; total_exceeded: boolean },
): Record<string, string> {
  const headers: Record<string, string> = { 'x-total-count': String(page.total) };
  if (page.total_exceeded) headers['x-total-count-exceeded'] = 'true';
  if (page.next_cursor !== null) {
    const next = new URLSearchParams();
    for (const [name, value] of Object.entries({ ...query, cursor: page.next_cursor })) {
      if (value !== undefined) next.set(name, value);
    }
    headers.link = `</api/admin/sessions?${next.toString()}>; rel="next"`;
  }
  return headers;
}
