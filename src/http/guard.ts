import { AppError } from '../errors.ts';

/** The name a session cookie has: the `__Host-` prefix only works, and then always is used, over https. */
export function cookieName(publicUrl: URL): string {
  return publicUrl.protocol === 'https:' ? '__Host-perdure' : 'perdure';
}

export type Credential = { token: string; from: 'bearer' | 'x-api-key' | 'cookie' };

/** The credential of a request: the bearer header or `x-api-key` when there is one, else the cookie. An empty or malformed header is none,
 *  and two headers that say different things are none. */
export function credentialOf(headers: Headers, cookie: string): Credential | undefined {
  const [authorization, key] = [headers.get('authorization'), headers.get('x-api-key')];
  const bearer = authorization === null ? undefined : /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  if (authorization !== null) {
    return bearer && (key === null || key === bearer) ? { token: bearer, from: 'bearer' } : undefined;
  }
  if (key !== null) return key === '' ? undefined : { token: key, from: 'x-api-key' };
  const token = cookieOf(headers, cookie);
  return token === undefined ? undefined : { token, from: 'cookie' };
}

/** The value of a cookie; an empty one is none. */
export function cookieOf(headers: Headers, wanted: string): string | undefined {
  for (const part of (headers.get('cookie') ?? '').split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === wanted && value) return value;
  }
  return undefined;
}

/** Refuses a state-changing request that a browser sent from another site. With the cookie it must say that it comes from a page of ours: what
 *  says nothing may be a form of another site, sent by a browser that strips these headers. Without it nothing is risked but a sign-in that
 *  another site began, which every browser names.
 *  A request with its credential in a header needs none of this: a page of another site cannot know it.
 *  @throws AppError cross_site */
export function refuseCrossSite(headers: Headers, publicUrl: URL, hasCookie: boolean): void {
  const site = headers.get('sec-fetch-site');
  if (site !== null) {
    if (site === 'same-origin' || site === 'none') return;
    throw new AppError('cross_site');
  }
  const origin = headers.get('origin');
  if (origin === null && !hasCookie) return;
  if (origin === publicUrl.origin || origin === `${publicUrl.protocol}//${headers.get('host')}`) return;
  throw new AppError('cross_site');
}
