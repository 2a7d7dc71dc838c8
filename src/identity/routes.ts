import { route } from '../access/route.ts';
import { loginAnswer, loginBody, me } from '../contract/auth.ts';
import { publicRoute } from '../http/route.ts';
import type { Identity } from './identity.ts';
import { login, logout } from './login.ts';
import { clearedSessionCookie, sessionCookie } from './session-cookie.ts';

/** Signing in and out, and who one is. The cookie is named `cookie`, as the guard reads it. */
export function authRoutes(identity: Identity, { cookie }: { cookie: string }) {
  return [
    publicRoute({
      method: 'post',
      path: '/api/auth/login',
      summary: 'Sign in',
      tag: 'Signing in',
      access: 'public',
      body: loginBody,
      answers: {
        200: { description: 'The token, also set as an HttpOnly cookie', schema: loginAnswer },
        401: { description: 'Wrong username or password' },
        429: { description: 'Too many attempts; wait for Retry-After seconds' },
      },
      async handler({ body, request }) {
        const answer = await login(identity, {
          ...body,
          address: request.address,
          userAgent: request.headers.get('user-agent') ?? '',
        });
        return { status: 200, json: answer, headers: { 'set-cookie': sessionCookie(cookie, answer.access_token) } };
      },
    }),
    route({
      method: 'post',
      path: '/api/auth/logout',
      summary: 'Sign out: the token is dead at once',
      tag: 'Signing in',
      access: { action: 'account.sign_out' },
      answers: { 204: { description: 'Signed out' } },
      async handler({ actor }) {
        await logout(identity, actor.tokenId);
        return { status: 204, headers: { 'set-cookie': clearedSessionCookie(cookie) } };
      },
    }),
    route({
      method: 'get',
      path: '/api/auth/me',
      summary: 'Who is signed in',
      tag: 'Signing in',
      access: { action: 'account.read' },
      answers: { 200: { description: 'The user', schema: me } },
      async handler({ actor }) {
        const { userId, username, displayName, role } = actor;
        return { status: 200, json: { id: userId, username, display_name: displayName, role } };
      },
    }),
  ];
}
