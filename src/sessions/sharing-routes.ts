import { z } from 'zod';
import { route } from '../access/route.ts';
import {
  sessionPeople,
  shareBody,
  shareCandidates,
  shareCandidatesQuery,
  shareSubjectKind,
} from '../contract/sharing.ts';
import {
  leaveSession,
  listSessionPeople,
  listShareCandidates,
  shareSession,
  type SharingPorts,
  unshareSession,
} from './sharing.ts';

const tag = 'Sessions';
const session = z.object({ id: z.uuid() });
const share = z.object({ id: z.uuid(), kind: shareSubjectKind, subject_id: z.string().min(1).max(100) });

export function sharingRoutes(ports: SharingPorts) {
  return [
    route({
      method: 'get',
      path: '/api/sessions/:id/people',
      tag,
      summary: 'Whom a session is shared with, who has it open now, and who wrote in it.',
      access: { action: 'session.read' },
      params: session,
      answers: { 200: { description: 'People and groups', schema: sessionPeople } },
      handler: async ({ actor, params: { id } }) => ({ status: 200, json: await listSessionPeople(ports, actor, id) }),
    }),
    route({
      method: 'get',
      path: '/api/sessions/:id/share-candidates',
      tag,
      summary: 'People, and groups that I am in, with whom I can share a session, by a part of their names.',
      access: { action: 'session.share' },
      params: session,
      query: shareCandidatesQuery,
      answers: { 200: { description: 'At most ten people and ten groups', schema: shareCandidates } },
      handler: async ({ actor, params: { id }, query }) => ({
        status: 200,
        json: { candidates: await listShareCandidates(ports, actor, { sessionId: id, q: query.q }) },
      }),
    }),
    route({
      method: 'put',
      path: '/api/sessions/:id/shares/:kind/:subject_id',
      tag,
      summary: 'Share a session with a person or a group, to read it or to read and write in it.',
      access: { action: 'session.share' },
      params: share,
      body: shareBody,
      answers: { 200: { description: 'Whom it is shared with now', schema: sessionPeople } },
      handler: async ({ actor, params: { id, kind, subject_id }, body: { level } }) => ({
        status: 200,
        json: await shareSession(ports, actor, { sessionId: id, subject: { kind, id: subject_id }, level }),
      }),
    }),
    route({
      method: 'delete',
      path: '/api/sessions/:id/shares/:kind/:subject_id',
      tag,
      summary: 'Share it no more with a person or a group: their open pages of it end at once.',
      access: { action: 'session.share' },
      params: share,
      answers: { 204: { description: 'Not shared with them, also when it was not before' } },
      async handler({ actor, params: { id, kind, subject_id } }) {
        await unshareSession(ports, actor, { sessionId: id, subject: { kind, id: subject_id } });
        return { status: 204 };
      },
    }),
    route({
      method: 'delete',
      path: '/api/sessions/:id/membership',
      tag,
      summary: 'Leave a session that somebody shared with me.',
      access: { action: 'session.leave' },
      params: session,
      answers: { 204: { description: 'It is in my list no more' } },
      async handler({ actor, params: { id } }) {
        await leaveSession(ports, actor, id);
        return { status: 204 };
      },
    }),
  ];
}
