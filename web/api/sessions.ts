import { sessionTagList } from '../../src/contract/session-tags.ts';
import {
  eventPage,
  type PostTurnBody,
  session,
  sessionList,
  sessionReads,
  snapshot,
  stopAnswer,
  turnAnswer,
} from '../../src/contract/sessions.ts';
import { type SessionExportFormat, sessionFile } from '../../src/contract/session-export.ts';
import { call, command, queryString } from './client.ts';

export type SessionChanges = {
  title?: string;
  agent_id?: string;
  corpora?: string[];
  archived?: boolean;
  pinned?: boolean;
  tags?: string[];
};

const at = (id: string) => `/api/sessions/${encodeURIComponent(id)}`;

export const listSessions = (
  query: { q?: string; tag?: string; cursor?: string; limit?: number },
  signal: AbortSignal,
) => call(sessionList, 'GET', `/api/sessions${queryString(query)}`, { signal });
export const createSession = (body: { corpora?: string[]; agent_id?: string; temporary?: boolean }) =>
  call(session, 'POST', '/api/sessions', { body });
export const patchSession = (id: string, body: SessionChanges) => call(session, 'PATCH', at(id), { body });
export const deleteSession = (id: string) => command('DELETE', at(id));

export const fetchSnapshot = (id: string, signal: AbortSignal) =>
  call(snapshot, 'GET', `${at(id)}/snapshot?turns=50`, { signal });
/** The events just before a seq, oldest first; as many as are checked without holding the page. */
export const fetchEventsBefore = (id: string, before: number, signal: AbortSignal) =>
  call(eventPage, 'GET', `${at(id)}/events?before=${before}&limit=100`, { signal });

/** A session that begins as a copy of this one up to a turn. */
export const forkSession = (id: string, body: { turn_id: string; client_fork_id: string }) =>
  call(session, 'POST', `${at(id)}/fork`, { body, timeoutMs: 30_000 });

export const postTurn = (id: string, body: PostTurnBody) =>
  call(turnAnswer, 'POST', `${at(id)}/turns`, { body, timeoutMs: 20_000 });
export const stopTurn = (id: string, turnId: string) =>
  call(stopAnswer, 'POST', `${at(id)}/turns/${encodeURIComponent(turnId)}/stop`);
/** Who read the session without being a member of it, newest first. */
export const fetchSessionReads = (id: string, signal: AbortSignal) =>
  call(sessionReads, 'GET', `${at(id)}/reads`, { signal });

/** A download: the browser fetches it itself, with the cookie. */
export const sessionExportPath = (id: string, format: SessionExportFormat) => `${at(id)}/export?format=${format}`;
/** The whole session, for the page that is printed. */
export const fetchForPrint = (id: string, signal: AbortSignal) =>
  call(sessionFile, 'GET', sessionExportPath(id, 'page'), { signal, timeoutMs: 120_000 });

export const listSessionTags = (signal: AbortSignal) => call(sessionTagList, 'GET', '/api/session-tags', { signal });
