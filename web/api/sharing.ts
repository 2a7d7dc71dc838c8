import { sessionPeople, shareCandidates, type ShareLevel, type ShareSubject } from '../../src/contract/sharing.ts';
import { call, command, queryString } from './client.ts';

const at = (id: string) => `/api/sessions/${encodeURIComponent(id)}`;
const share = (id: string, { kind, id: subject }: ShareSubject) =>
  `${at(id)}/shares/${kind}/${encodeURIComponent(subject)}`;

/** Whom a session is shared with, who has it open, and who wrote in it. */
export const fetchSessionPeople = (id: string, signal: AbortSignal) =>
  call(sessionPeople, 'GET', `${at(id)}/people`, { signal });
/** Whom it can be shared with, by a part of their names. */
export const findShareCandidates = (id: string, q: string, signal: AbortSignal) =>
  call(shareCandidates, 'GET', `${at(id)}/share-candidates${queryString({ q })}`, { signal });
export const putShare = (id: string, subject: ShareSubject, level: ShareLevel) =>
  call(sessionPeople, 'PUT', share(id, subject), { body: { level } });
export const removeShare = (id: string, subject: ShareSubject) => command('DELETE', share(id, subject));
/** Takes oneself out of a session of somebody else. */
export const leaveSession = (id: string) => command('DELETE', `${at(id)}/membership`);
