import { oidcLink, oidcLocation, signInMethods } from '../../src/contract/oidc.ts';
import { call } from './client.ts';

export const fetchSignInMethods = (signal: AbortSignal) => call(signInMethods, 'GET', '/api/auth/methods', { signal });
export const fetchOidcLink = (signal: AbortSignal) => call(oidcLink, 'GET', '/api/account/oidc', { signal });

/** Where to send the browser to be linked. */
export async function beginOidcLink(password: string): Promise<string> {
  return (await call(oidcLocation, 'POST', '/api/account/oidc/link', { body: { password } })).location;
}

/** Where the browser begins to sign in with the provider. */
export function oidcStart(next: string | undefined): string {
  return `/api/auth/oidc/start${next === undefined ? '' : `?${new URLSearchParams({ next }).toString()}`}`;
}
