import type { LoginAnswer } from '../contract/auth.ts';
import { loginLifetimeMs } from './begin-login.ts';

/** The header that gives the browser the cookie of a login that was just made. */
export function loginCookie(name: string, login: LoginAnswer): Record<string, string> {
  return { 'set-cookie': sessionCookie(name, login.access_token) };
}

/** The cookie that holds a login token: out of reach of scripts, never sent by another site's request. A name with the `__Host-` prefix is
 *  Secure, as browsers demand of it. */
export function sessionCookie(name: string, token: string): string {
  return `${name}=${token}; Max-Age=${loginLifetimeMs / 1000}; ${attributes(name)}`;
}

/** Makes the browser forget the cookie. */
export function clearedSessionCookie(name: string): string {
  return `${name}=; Max-Age=0; ${attributes(name)}`;
}

/** Lax, so that a link in a mail opens signed in; state-changing requests of other sites are refused by their origin as well. */
function attributes(name: string): string {
  return `Path=/; HttpOnly; SameSite=Lax${name.startsWith('__Host-') ? '; Secure' : ''}`;
}
