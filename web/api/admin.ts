import { userAccess } from '../../src/contract/access.ts';
import {
  type AdminSessionsQuery,
  adminSessions,
  invalidateAnswer,
  sessionContent,
  stopSessionAnswer,
} from '../../src/contract/admin.ts';
import { adminSessionFacts, adminTurns } from '../../src/contract/admin-session.ts';
import { adminUser, type Role, userList } from '../../src/contract/auth.ts';
import { call, command, queryString } from './client.ts';

/** The stream of the administrator's sessions: the asked page first, then what changes. */
export const adminSessionsStream = (query: AdminSessionsQuery) => `/api/admin/sessions/events${queryString(query)}`;
export const invalidateSessions = (sessionIds: string[]) =>
  call(invalidateAnswer, 'POST', '/api/admin/sessions/invalidate', { body: { session_ids: sessionIds } });
/** What was said in a session; the reason is recorded and shown to its members. */
export const readSessionContent = (sessionId: string, reason: string) =>
  call(sessionContent, 'POST', `/api/admin/sessions/${encodeURIComponent(sessionId)}/content`, { body: { reason } });
/** Where the browser gets the list as a file. */
export const sessionsExportAddress = (filters: Omit<AdminSessionsQuery, 'limit' | 'cursor'>) =>
  `/api/admin/sessions/export${queryString(filters)}`;
/** The facts of a session, deleted ones included. */
export const fetchSessionFacts = (sessionId: string, signal: AbortSignal) =>
  call(adminSessionFacts, 'GET', `/api/admin/sessions/${encodeURIComponent(sessionId)}`, { signal });
/** A page of its turns, the newest first. */
export const listTurnsOf = (sessionId: string, query: { before?: number }, signal: AbortSignal) =>
  call(adminTurns, 'GET', `/api/admin/sessions/${encodeURIComponent(sessionId)}/turns${queryString(query)}`, {
    signal,
  });
/** Stops what runs and waits in a session, which stays open. */
export const stopSession = (sessionId: string) =>
  call(stopSessionAnswer, 'POST', `/api/admin/sessions/${encodeURIComponent(sessionId)}/stop`);

export type UserChanges = {
  display_name?: string;
  email?: string | null;
  role?: Role;
  password?: string;
  is_active?: boolean;
};
const at = (id: string) => `/api/admin/users/${encodeURIComponent(id)}`;

export const listUsers = (query: { cursor?: string; limit?: number; q?: string }, signal: AbortSignal) =>
  call(userList, 'GET', `/api/admin/users${queryString(query)}`, { signal });
export const fetchUser = (id: string, signal: AbortSignal) => call(adminUser, 'GET', at(id), { signal });
/** The groups of a user, and what they may use and why. */
export const fetchUserAccess = (id: string, signal: AbortSignal) =>
  call(userAccess, 'GET', `${at(id)}/access`, { signal });
export const createUser = (body: {
  username: string;
  password: string;
  display_name?: string;
  email?: string;
  role?: Role;
}) => call(adminUser, 'POST', '/api/admin/users', { body });
export const patchUser = (id: string, body: UserChanges) => call(adminUser, 'PATCH', at(id), { body });
export const deleteUser = (id: string) => command('DELETE', at(id));

/** A user's open sessions, newest activity first. */
export const listSessionsOf = (username: string, limit: number, signal: AbortSignal) =>
  call(adminSessions, 'GET', `/api/admin/sessions${queryString({ username, limit })}`, { signal });
