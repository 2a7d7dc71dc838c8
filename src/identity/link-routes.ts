import { acceptInvitationBody, checkLinkBody, linkUsed, openLink, resetPasswordBody } from '../contract/links.ts';
import { publicRoute } from '../http/route.ts';
import { acceptInvitation, checkLink, type Links, resetPassword } from './one-time-links.ts';

const tag = 'Signing in';
const refusals = {
  410: { description: 'The link is used up, expired, withdrawn, for something else or no link at all' },
  429: { description: 'Too many attempts; wait for Retry-After seconds' },
};

/** What whoever was given a link does with it, before they can sign in. */
export function linkRoutes(links: Links) {
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
  ];
}
