import type { Role } from '../../src/contract/auth.ts';
import {
  invitationList,
  type LinkPurpose,
  linkUsed,
  newInvitation,
  newReset,
  openLink,
} from '../../src/contract/links.ts';
import { call, command } from './client.ts';

const invitations = '/api/admin/invitations';
const at = (id: string) => `${invitations}/${encodeURIComponent(id)}`;

export const checkLink = (purpose: LinkPurpose, token: string) =>
  call(openLink, 'POST', '/api/auth/links/check', { body: { purpose, token } });
export const acceptInvitation = (body: { token: string; password: string; username?: string; display_name?: string }) =>
  call(linkUsed, 'POST', '/api/auth/invitations/accept', { body });
export const resetPassword = (token: string, password: string) =>
  call(linkUsed, 'POST', '/api/auth/resets/use', { body: { token, password } });

export const askForReset = (account: string) => command('POST', '/api/auth/resets/ask', { body: { account } });

export const listInvitations = (signal: AbortSignal) => call(invitationList, 'GET', invitations, { signal });
export const createInvitation = (body: { role: Role; username?: string; email?: string; groups?: string[] }) =>
  call(newInvitation, 'POST', invitations, { body });
export const renewInvitation = (id: string) => call(newInvitation, 'POST', `${at(id)}/renew`);
export const withdrawInvitation = (id: string) => command('DELETE', at(id));
export const createReset = (userId: string) =>
  call(newReset, 'POST', `/api/admin/users/${encodeURIComponent(userId)}/reset`);
