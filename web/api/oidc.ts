import { oidcLink, oidcLocation, signInMethods } from '../../src/contract/oidc.ts';
import { call, command } from './client.ts';

export const fetchSignInMethods = (signal: AbortSignal) => call(signInMethods, 'GET', '/api/auth/methods', { signal });
export const fetchOidcLink = (signal: AbortSignal) => call(oidcLink, 'GET', '/api/account/oidc', { signal });

/** Where to send the browser to be linked. */
export async function beginOidcLink(password: string): Promise<string> {
  return (await call(oidcLocation, 'POST', '/api/account/oidc/link', { body: { password } })).location;
}

export const unlinkOidc = (password: string): Promise<void> =>
  command('POST', '/api/account/oidc/unlink', { body: { password } });

const ofUser = (userId: string) => `/api/admin/users/${encodeURIComponent(userId)}/oidc`;
export const fetchOidcLinkOf = (userId: string, signal: AbortSignal) =>
  call(oidcLink, 'GET', ofUser(userId), { signal });
/** Their sign-ins end with it. */
export const unlinkOidcOf = (userId: string): Promise<void> => command('DELETE', ofUser(userId));

/** Where the browser begins to sign in with the provider. */
export function oidcStart(next: string | undefined): string {
  return `/api/auth/oidc/start${next === undefined ? '' : `?${new URLSearchParams({ next }).toString()}`}`;
}
