import { z } from 'zod';
import { route } from '../access/route.ts';
import { uuid } from '../contract/common.ts';
import { invitationBody, invitationList, newInvitation, newReset } from '../contract/links.ts';
import {
  createInvitation,
  createReset,
  type Links,
  listInvitations,
  renewInvitation,
  withdrawInvitation,
} from '../identity/one-time-links.ts';

const params = z.strictObject({ id: uuid });
const tag = 'Administration';
const access = { action: 'admin.users.write' } as const;
const noInvitation = { description: 'No such invitation, or it was accepted' };

/** The administrators' side of one-time links: invitations, and new passwords. */
export function adminInvitationRoutes(links: Links) {
  return [
    route({
      method: 'post',
      path: '/api/admin/invitations',
      summary: 'Invite somebody by a link that opens once, within 30 minutes',
      tag,
      access,
      body: invitationBody,
      answers: {
        201: { description: 'The invitation with its link, shown only now', schema: newInvitation },
        404: { description: 'No such group' },
        409: { description: 'The username is taken, or too many invitations are open' },
      },
      handler: async ({ actor, body }) => ({ status: 201, json: await createInvitation(links, actor, body) }),
    }),
    route({
      method: 'get',
      path: '/api/admin/invitations',
      summary: 'Invitations that nobody accepted yet, newest first',
      tag,
      access: { action: 'admin.users.read' },
      answers: { 200: { description: 'At most 500, without their links', schema: invitationList } },
      handler: async () => ({ status: 200, json: { invitations: await listInvitations(links) } }),
    }),
    route({
      method: 'post',
      path: '/api/admin/invitations/:id/renew',
      summary: 'Give an invitation another link; the one before is dead at once',
      tag,
      access,
      params,
      answers: {
        200: { description: 'The invitation with its link, shown only now', schema: newInvitation },
        404: noInvitation,
      },
      handler: async ({ actor, params: { id } }) => ({ status: 200, json: await renewInvitation(links, actor, id) }),
    }),
    route({
      method: 'delete',
      path: '/api/admin/invitations/:id',
      summary: 'Withdraw an invitation; its link is dead at once',
      tag,
      access,
      params,
      answers: { 204: { description: 'Withdrawn' }, 404: noInvitation },
      async handler({ actor, params: { id } }) {
        await withdrawInvitation(links, actor, id);
        return { status: 204 };
      },
    }),
    route({
      method: 'post',
      path: '/api/admin/users/:id/reset',
      summary: 'A link by which a user sets a new password, once, within 30 minutes',
      tag,
      access,
      params,
      answers: {
        201: { description: 'The link, shown only now; the one before is dead', schema: newReset },
        404: { description: 'No such user' },
        409: { description: 'The user is deactivated' },
      },
      handler: async ({ actor, params: { id } }) => ({ status: 201, json: await createReset(links, actor, id) }),
    }),
  ];
}
