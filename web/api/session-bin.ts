import { sessionsInBin } from '../../src/contract/session-bin.ts';
import { session } from '../../src/contract/sessions.ts';
import { call, command, queryString } from './client.ts';

const inBin = (id: string) => `/api/bin/sessions/${encodeURIComponent(id)}`;

export const listSessionBin = (query: { cursor?: string }, signal: AbortSignal) =>
  call(sessionsInBin, 'GET', `/api/bin/sessions${queryString(query)}`, { signal });
export const restoreSession = (id: string) => call(session, 'POST', `${inBin(id)}/restore`);
export const purgeSession = (id: string) => command('DELETE', inBin(id));
