import { sharePath } from '../sharing.ts';
import type { Kind } from './doors.ts';
import { done, type Given, grantPath } from './given-guest.ts';

/** Something at the second instance that ends rights of the guest. */
export type Way = {
  /** How the session is shared with them before; by their name unless told. */
  shared?: 'group';
  take(given: Given): Promise<void>;
  /** What is closed to them from then on, and with which credentials nothing is had any more. */
  closes: readonly Kind[];
  ends: readonly ('login' | 'key')[];
  /** How their turn ends; undefined where it goes on. */
  turn?: { state: 'cancelled' | 'failed'; code: string };
  /** Tried also where the first instance hears of nothing. */
  isUnheard?: true;
  /** What the message is answered that was half sent. */
  message: 202 | 401 | 404 | 409;
};

const none = { closes: [], ends: [] } as const;
const out = { closes: [], ends: ['login', 'key'], message: 401 } as const;
const notShared = { state: 'cancelled', code: 'not_shared' } as const;
const authorGone = { state: 'cancelled', code: 'author_gone' } as const;

const user = ({ guest }: Given, rest = '') => `/api/admin/users/${guest.user.id}${rest}`;

export const ways: Record<string, Way> = {
  'the session shared with them no more': {
    isUnheard: true,
    take: ({ ownerThere, sessionId, guest }) => done(ownerThere.client.delete(sharePath(sessionId, guest))),
    closes: ['session'],
    ends: [],
    turn: notShared,
    message: 404,
  },
  'the session shared with their group no more': {
    shared: 'group',
    take: ({ ownerThere, sessionId, groupId }) => done(ownerThere.client.delete(sharePath(sessionId, { groupId }))),
    closes: ['session'],
    ends: [],
    turn: notShared,
    message: 404,
  },
  'taken out of the group': {
    isUnheard: true,
    shared: 'group',
    take: ({ admin, groupId, guest }) => done(admin.delete(`/api/admin/groups/${groupId}/members/${guest.user.id}`)),
    closes: ['session', 'corpus', 'agent'],
    ends: [],
    turn: notShared,
    message: 404,
  },
  'the group deleted': {
    shared: 'group',
    take: ({ admin, groupId }) => done(admin.delete(`/api/admin/groups/${groupId}`)),
    closes: ['session', 'corpus', 'agent'],
    ends: [],
    turn: notShared,
    message: 404,
  },
  'the session deleted by its owner': {
    isUnheard: true,
    take: ({ ownerThere, sessionId }) => done(ownerThere.client.delete(`/api/sessions/${sessionId}`)),
    closes: ['session'],
    ends: [],
    turn: { state: 'cancelled', code: 'session_deleted' },
    message: 404,
  },
  'the session invalidated by an administrator': {
    isUnheard: true,
    ...none,
    take: ({ admin, sessionId }) => done(admin.post(`/api/admin/sessions/${sessionId}/invalidate`)),
    turn: { state: 'cancelled', code: 'session_inactive' },
    message: 409,
  },
  'the grant of the corpus taken away': {
    take: ({ admin, groupId, corpusId }) => done(admin.delete(grantPath(groupId, `corpus/${corpusId}`))),
    closes: ['corpus'],
    ends: [],
    message: 202,
  },
  'the grant of the agent taken away': {
    take: ({ admin, groupId }) => done(admin.delete(grantPath(groupId, 'agent/librarian'))),
    closes: ['agent'],
    ends: [],
    turn: { state: 'failed', code: 'agent_unavailable' },
    message: 409,
  },
  deactivated: {
    ...out,
    isUnheard: true,
    take: (given) => done(given.admin.patch(user(given), { is_active: false })),
    turn: authorGone,
  },
  deleted: { ...out, take: (given) => done(given.admin.delete(user(given))), turn: authorGone },
  'made a curator': { ...out, take: (given) => done(given.admin.patch(user(given), { role: 'curator' })) },
  'signed out everywhere by an administrator': {
    take: (given) => done(given.admin.delete(user(given, '/logins'))),
    closes: [],
    ends: ['login'],
    message: 401,
  },
  'the API key revoked by an administrator': {
    take: (given) => done(given.admin.delete(user(given, `/keys/${given.key.id}`))),
    closes: [],
    ends: ['key'],
    message: 202,
  },
  'the API key revoked by themself': {
    take: ({ instances, guest, key }) => done(instances.client(1, guest).delete(`/api/account/keys/${key.id}`)),
    closes: [],
    ends: ['key'],
    message: 202,
  },
};
