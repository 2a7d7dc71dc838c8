import { z } from 'zod';
import { byOf } from '../access/actor.ts';
import { route } from '../access/route.ts';
import { accountLogins, changePasswordBody, revokedLogins } from '../contract/account.ts';
import { loginAnswer } from '../contract/auth.ts';
import { uuid } from '../contract/common.ts';
import { originOfRequest } from './begin-login.ts';
import { changePassword } from './change-password.ts';
import type { Identity } from './identity.ts';
import { listLogins, revokeLogin, revokeLogins } from './logins.ts';
import { loginCookie } from './session-cookie.ts';

const tag = 'My account';
const loginParams = z.strictObject({ id: uuid });

/** What everybody does with their own account. */
export function accountRoutes(identity: Identity, { cookie }: { cookie: string }) {
  return [passwordRoute(identity, cookie), ...loginRoutes(identity)];
}

function passwordRoute(identity: Identity, cookie: string) {
  return route({
    method: 'post',
    path: '/api/account/password',
    summary: 'Change my password; every sign-in of mine ends, and this one goes on with another token',
    tag,
    access: { action: 'account.change_password' },
    body: changePasswordBody,
    answers: {
      200: { description: 'The token that takes the place of this one, also set as the cookie', schema: loginAnswer },
      400: { description: 'The new password is easy to guess, too short, or the current one' },
      403: { description: 'The current password is wrong, or only administrators sign in with one' },
      429: { description: 'Too many attempts; wait for Retry-After seconds' },
    },
    async handler({ actor, body, request }) {
      const answer = await changePassword(identity, actor, {
        currentPassword: body.current_password,
        newPassword: body.new_password,
        revokesKeys: body.revoke_api_keys ?? false,
        ...originOfRequest(request),
      });
      return { status: 200, json: answer, headers: loginCookie(cookie, answer) };
    },
  });
}

function loginRoutes(identity: Identity) {
  return [
    route({
      method: 'get',
      path: '/api/account/logins',
      summary: 'Where I am signed in, last used first',
      tag,
      access: { action: 'account.logins.read' },
      answers: { 200: { description: 'My logins', schema: accountLogins } },
      handler: async ({ actor }) => ({
        status: 200,
        json: { logins: await listLogins(identity, actor.userId, actor.tokenId) },
      }),
    }),
    route({
      method: 'delete',
      path: '/api/account/logins',
      summary: 'Sign me out everywhere else',
      tag,
      access: { action: 'account.logins.revoke' },
      answers: { 200: { description: 'How many logins ended', schema: revokedLogins } },
      handler: async ({ actor }) => ({
        status: 200,
        json: { revoked: await revokeLogins(identity, byOf(actor), actor.userId, actor.tokenId) },
      }),
    }),
    route({
      method: 'delete',
      path: '/api/account/logins/:id',
      summary: 'End one of my logins',
      tag,
      access: { action: 'account.logins.revoke' },
      params: loginParams,
      answers: { 204: { description: 'Ended' }, 404: { description: 'I have no such login' } },
      async handler({ actor, params }) {
        await revokeLogin(identity, byOf(actor), actor.userId, params.id);
        return { status: 204 };
      },
    }),
  ];
}
