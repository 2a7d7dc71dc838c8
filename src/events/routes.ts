import { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import { route } from '../access/route.ts';
import { eventPage, eventsQuery, history, sessionRow, snapshot, snapshotQuery } from '../contract/sessions.ts';
import { AppError } from '../errors.ts';
import type { Answer } from '../http/route.ts';
import type { SseConnection } from '../http/sse.ts';
import { parseCursor } from './cursor.ts';
import { type FeedPorts, streamFeed } from './feed-stream.ts';
import { readEvents, readHistory, readSnapshot } from './read-session.ts';
import type { Reader } from './reader.ts';
import { streamSession } from './session-stream.ts';

const params = z.object({ id: z.uuid() });
const feedQuery = z.strictObject({ sessions: z.string().max(8_000).optional() });

export type EventRoutePorts = FeedPorts & { readerOf(actor: Actor): Reader };

export function eventRoutes(ports: EventRoutePorts) {
  return [
    route({
      method: 'get',
      path: '/api/sessions/:id/events',
      tag: 'Events',
      summary: 'The log of a session: a page as JSON, or with Accept: text/event-stream a replay that goes on live.',
      access: { action: 'session.read' },
      params,
      query: eventsQuery,
      unhurried: 'stream',
      answers: {
        200: {
          description: 'A page of events, or the stream',
          schema: eventPage,
          otherMediaTypes: ['text/event-stream'],
        },
        204: { description: 'The session is gone: do not reconnect' },
      },
      handler: async ({ actor, params: { id }, query, request }) => {
        const wantsStream = request.headers.get('accept')?.includes('text/event-stream') ?? false;
        if (!wantsStream) return { status: 200, json: await readEvents(ports, ports.readerOf(actor), id, query) };
        const from = request.headers.get('last-event-id') ?? query.after ?? '0';
        return openStream(ports, ports.readerOf(actor), id, from);
      },
    }),
    route({
      method: 'get',
      path: '/api/sessions/:id/snapshot',
      tag: 'Events',
      summary: 'What a view of the session needs, and the position it reflects.',
      access: { action: 'session.read' },
      params,
      query: snapshotQuery,
      answers: { 200: { description: 'The newest turns', schema: snapshot } },
      handler: async ({ actor, params: { id }, query }) => ({
        status: 200,
        json: await readSnapshot(ports, ports.readerOf(actor), id, query.turns ?? 50),
      }),
    }),
    route({
      method: 'get',
      path: '/api/sessions/:id/history',
      tag: 'Events',
      summary:
        'Questions and answers of the newest branch in order: what was edited or answered anew is in the log alone.',
      access: { action: 'session.read' },
      params,
      answers: { 200: { description: 'The messages', schema: history } },
      handler: async ({ actor, params: { id } }) => ({
        status: 200,
        json: await readHistory(ports, ports.readerOf(actor), id),
      }),
    }),
    route({
      method: 'get',
      path: '/api/feed',
      tag: 'Events',
      summary: 'Everything one browser needs on one connection: rows of my list, and the named sessions’ events.',
      access: { action: 'feed.read' },
      query: feedQuery,
      unhurried: 'stream',
      answers: {
        200: {
          description: 'Server-sent events: row, gone, reset, corpora, and unnamed session events',
          schema: sessionRow,
          mediaType: 'text/event-stream',
        },
      },
      handler: ({ actor, query }) => {
        const wanted = parseWanted(query.sessions ?? '');
        return Promise.resolve({
          stream: (connection) => streamFeed(ports, ports.readerOf(actor), wanted, connection),
        });
      },
    }),
  ];
}

/** 204 tells a browser to stop reconnecting: the session existed for this actor and is gone. */
async function openStream(ports: FeedPorts, reader: Reader, sessionId: string, from: string): Promise<Answer> {
  const ids = { sessionId, userId: reader.userId };
  const session = await ports.store.read.memberSession(ids);
  if (!session) {
    if (await ports.store.read.ownsSession(ids)) return { status: 204 };
    throw new AppError('not_found');
  }
  const cursor = parseCursor(from);
  return { stream: (connection: SseConnection) => streamSession(ports, reader, session, cursor, connection) };
}

/** `ID@CURSOR,ID@CURSOR`; a session without a cursor begins at its first event. */
function parseWanted(text: string): { sessionId: string; cursor: string }[] {
  const parts = text === '' ? [] : text.split(',');
  if (parts.length > 50) throw new AppError('bad_request', { detail: 'Query: sessions names at most 50 sessions.' });
  return parts.map((part) => {
    const [sessionId = '', cursor = '0'] = part.split('@', 2);
    return { sessionId, cursor };
  });
}
