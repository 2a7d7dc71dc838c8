import {
  acceptInvitationBody,
  checkLinkBody,
  forgottenPasswordBody,
  linkUsed,
  openLink,
  resetPasswordBody,
} from '../contract/links.ts';
import { AppError } from '../errors.ts';
import { publicRoute } from '../http/route.ts';
import { originOfRequest } from './begin-login.ts';
import type { ForgottenPasswords } from './forgotten-passwords.ts';
import { acceptInvitation, checkLink, type Links, resetPassword } from './one-time-links.ts';

const tag = 'Signing in';
const refusals = {
  410: { description: 'The link is used up, expired, withdrawn, for something else or no link at all' },
  429: { description: 'Too many attempts; wait for Retry-After seconds' },
};

/** What whoever was given a link does with it, before they can sign in, and asking for one; `forgotten` is undefined where no mail server is
 *  set. */
export function linkRoutes(links: Links, forgotten: ForgottenPasswords | undefined) {
  return [
    publicRoute({
      method: 'post',
      path: '/api/auth/links/check',
      summary: 'What a link is for, without using it',
      tag,
      access: 'public',
      body: checkLinkBody,
      answers: { 200: { description: 'It can be used', schema: openLink }, ...refusals },
      handler: async ({ body: { purpose, token }, request: { address } }) => ({
        status: 200,
        json: await checkLink(links, purpose, { token, address }),
      }),
    }),
    publicRoute({
      method: 'post',
      path: '/api/auth/invitations/accept',
      summary: 'Become a user, by an invitation',
      tag,
      access: 'public',
      body: acceptInvitationBody,
      answers: {
        201: { description: 'The user is made and may sign in', schema: linkUsed },
        409: { description: 'The username is taken; the link stays good for another' },
        ...refusals,
      },
      handler: async ({ body, request: { address } }) => ({
        status: 201,
        json: await acceptInvitation(links, { ...body, address }),
      }),
    }),
    publicRoute({
      method: 'post',
      path: '/api/auth/resets/use',
      summary: 'Set a new password, by a link for it; every sign-in and API key of the user ends',
      tag,
      access: 'public',
      body: resetPasswordBody,
      answers: { 200: { description: 'The password is set', schema: linkUsed }, ...refusals },
      handler: async ({ body, request: { address } }) => ({
        status: 200,
        json: await resetPassword(links, { ...body, address }),
      }),
    }),
    publicRoute({
      method: 'post',
      path: '/api/auth/resets/ask',
      summary:
        'Ask for a link for a new password by mail, as somebody who forgot theirs; the answer is the same whoever it is',
      tag,
      access: 'public',
      body: forgottenPasswordBody,
      answers: {
        202: { description: 'If there is such an account with an address, a link is mailed, one at a time' },
        404: { description: 'No mail server is set' },
        429: refusals[429],
      },
      async handler({ body: { account }, request }) {
        if (!forgotten) throw new AppError('not_found');
        forgotten.ask({ account, ...originOfRequest(request) });
        return { status: 202 };
      },
    }),
  ];
}
