import { z } from 'zod';
import { route } from '../access/route.ts';
import {
  createSessionBody,
  patchSessionBody,
  session,
  sessionList,
  sessionListQuery,
  sessionReads,
} from '../contract/sessions.ts';
import { sessionTagList } from '../contract/session-tags.ts';
import { messageSearch, messageSearchQuery } from '../contract/message-search.ts';
import { searchMessages } from './search-messages.ts';
import { listSessionReads } from './session-reads.ts';
import { listSessionTags } from './session-tags.ts';
import { sessionFor } from './rows-for.ts';
import {
  createSession,
  deleteSession,
  listSessions,
  requireSession,
  type SessionsPorts,
  updateSession,
} from './sessions.ts';

const params = z.object({ id: z.uuid() });
const ok = (description: string) => ({ 200: { description, schema: session } });

/** A browser comes with a cookie, a program with a token or a key in a header. */
function originOf({ headers }: { headers: Headers }): 'web' | 'api' {
  return headers.has('authorization') || headers.has('x-api-key') ? 'api' : 'web';
}

export function sessionRoutes(ports: SessionsPorts) {
  return [
    route({
      method: 'post',
      path: '/api/sessions',
      tag: 'Sessions',
      summary: 'Open a session. It is stored before the answer leaves.',
      access: { action: 'session.create' },
      body: createSessionBody.optional(),
      answers: { 201: { description: 'The session', schema: session } },
      handler: async ({ actor, body = {}, request }) => {
        const origin = originOf(request);
        return { status: 201, json: await createSession(ports, actor, { ...definedOnly(body), origin }) };
      },
    }),
    route({
      method: 'get',
      path: '/api/sessions',
      tag: 'Sessions',
      summary: 'My sessions, newest activity first.',
      access: { action: 'session.list' },
      query: sessionListQuery,
      answers: { 200: { description: 'A page of sessions', schema: sessionList } },
      handler: async ({ actor, query }) => ({
        status: 200,
        json: await listSessions(ports, actor, definedOnly(query)),
      }),
    }),
    route({
      method: 'get',
      path: '/api/session-tags',
      tag: 'Sessions',
      summary: 'What I tagged my sessions with, and how many have each; the most used first.',
      access: { action: 'session.list' },
      answers: { 200: { description: 'Tags', schema: sessionTagList } },
      handler: async ({ actor }) => ({ status: 200, json: await listSessionTags(ports, actor) }),
    }),
    // Before the route of one session, whose id it is not.
    route({
      method: 'get',
      path: '/api/sessions/search',
      tag: 'Sessions',
      summary:
        'Messages and answers of my sessions that have all words, the last one by its beginning; newest activity first.',
      access: { action: 'session.list' },
      query: messageSearchQuery,
      answers: { 200: { description: 'A page of messages', schema: messageSearch } },
      handler: async ({ actor, query }) => ({
        status: 200,
        json: await searchMessages(ports, actor, { q: query.q, ...definedOnly(query) }),
      }),
    }),
    route({
      method: 'get',
      path: '/api/sessions/:id',
      tag: 'Sessions',
      summary: 'One session. Reading never creates anything.',
      access: { action: 'session.read' },
      params,
      answers: ok('The session'),
      handler: async ({ actor, params: { id } }) => ({
        status: 200,
        json: await sessionFor(ports, await requireSession(ports, actor, id, 'session.read')),
      }),
    }),
    route({
      method: 'get',
      path: '/api/sessions/:id/reads',
      tag: 'Sessions',
      summary: 'Who read this session without being a member of it, when and why; newest first.',
      access: { action: 'session.read' },
      params,
      answers: { 200: { description: 'The newest hundred readings', schema: sessionReads } },
      handler: async ({ actor, params: { id } }) => ({
        status: 200,
        json: { reads: await listSessionReads(ports, actor, id) },
      }),
    }),
    route({
      method: 'patch',
      path: '/api/sessions/:id',
      tag: 'Sessions',
      summary: 'Rename, change agent or corpora, archive, pin or tag; from the next turn on.',
      access: { action: 'session.update' },
      params,
      body: patchSessionBody,
      answers: ok('The session'),
      handler: async ({ actor, params: { id }, body, request }) => ({
        status: 200,
        json: await updateSession(ports, actor, id, { ...definedOnly(body), origin: originOf(request) }),
      }),
    }),
    route({
      method: 'delete',
      path: '/api/sessions/:id',
      tag: 'Sessions',
      summary: 'Delete a session; it leaves every list at once.',
      access: { action: 'session.delete' },
      params,
      answers: { 204: { description: 'Deleted, also when it was before' } },
      handler: async ({ actor, params: { id } }) => {
        await deleteSession(ports, actor, id);
        return { status: 204 };
      },
    }),
  ];
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** Without the keys that are there but undefined, as a parsed optional field may be. */
function definedOnly<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Defined<T>;
}
