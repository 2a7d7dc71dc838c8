import {
  type ApiScope,
  accountKeys,
  accountLogins,
  createdKey,
  revokedLogins,
  userKeys,
} from '../../src/contract/account.ts';
import { loginAnswer } from '../../src/contract/auth.ts';
import { call, command } from './client.ts';

const part = encodeURIComponent;
const ofUser = (userId: string) => `/api/admin/users/${part(userId)}`;

/** The answer's token is for other programs; the browser is given its cookie anew. */
export const changePassword = (current: string, next: string, revokesKeys: boolean) =>
  call(loginAnswer, 'POST', '/api/account/password', {
    body: { current_password: current, new_password: next, revoke_api_keys: revokesKeys },
  });

export const listMyLogins = (signal: AbortSignal) => call(accountLogins, 'GET', '/api/account/logins', { signal });
export const endMyLogin = (id: string) => command('DELETE', `/api/account/logins/${part(id)}`);
export const endMyOtherLogins = () => call(revokedLogins, 'DELETE', '/api/account/logins');

export const listMyKeys = (signal: AbortSignal) => call(accountKeys, 'GET', '/api/account/keys', { signal });
export const createKey = (body: { name: string; scopes: ApiScope[]; expires_in_days: number }) =>
  call(createdKey, 'POST', '/api/account/keys', { body });
export const revokeMyKey = (id: string) => command('DELETE', `/api/account/keys/${part(id)}`);

export const listLoginsOf = (userId: string, signal: AbortSignal) =>
  call(accountLogins, 'GET', `${ofUser(userId)}/logins`, { signal });
export const endLoginOf = (userId: string, id: string) => command('DELETE', `${ofUser(userId)}/logins/${part(id)}`);
export const endLoginsOf = (userId: string) => call(revokedLogins, 'DELETE', `${ofUser(userId)}/logins`);
export const listKeysOf = (userId: string, signal: AbortSignal) =>
  call(userKeys, 'GET', `${ofUser(userId)}/keys`, { signal });
export const revokeKeyOf = (userId: string, id: string) => command('DELETE', `${ofUser(userId)}/keys/${part(id)}`);
