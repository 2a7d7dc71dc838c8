import { route } from '../access/route.ts';
import { loginAnswer, loginBody, me } from '../contract/auth.ts';
import { secondFactorLoginBody } from '../contract/second-factor.ts';
import { publicRoute } from '../http/route.ts';
import { originOfRequest } from './begin-login.ts';
import { type Identity, meOf } from './identity.ts';
import { login, loginWithCode, logout } from './login.ts';
import { clearedSessionCookie, loginCookie } from './session-cookie.ts';

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
        401: {
          description:
            'Wrong username or password; or both are right and a code is needed: `second_factor_required` with a `challenge`',
        },
        429: { description: 'Too many attempts; wait for Retry-After seconds' },
      },
      async handler({ body, request }) {
        const answer = await login(identity, {
          ...body,
          ...originOfRequest(request),
        });
        return { status: 200, json: answer, headers: loginCookie(cookie, answer) };
      },
    }),
    publicRoute({
      method: 'post',
      path: '/api/auth/login/second-factor',
      summary: 'Sign in, second step: a code of the authenticator app or a recovery code',
      tag: 'Signing in',
      access: 'public',
      body: secondFactorLoginBody,
      answers: {
        200: { description: 'The token, also set as an HttpOnly cookie', schema: loginAnswer },
        401: { description: 'A wrong or used code, or a challenge that is over' },
        429: { description: 'Too many attempts; wait for Retry-After seconds' },
      },
      async handler({ body, request }) {
        const answer = await loginWithCode(identity, {
          ...body,
          ...originOfRequest(request),
        });
        return { status: 200, json: answer, headers: loginCookie(cookie, answer) };
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
        const must = actor.limitedTo && { must_turn_on_second_factor: true };
        return { status: 200, json: { ...(await meOf(identity, actor)), ...must } };
      },
    }),
  ];
}
