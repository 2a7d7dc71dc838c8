import { z } from 'zod';
import { putGrant, removeGrant } from '../access/grants.ts';
import { addGroupMember, listGroupMembers, removeGroupMember } from '../access/group-members.ts';
import { createGroup, deleteGroup, getGroup, listGroups, renameGroup } from '../access/groups.ts';
import { route } from '../access/route.ts';
import type { Clock } from '../clock.ts';
import { grantBody, grantKind, group, groupBody, groupDetail, groupList, groupMemberList } from '../contract/access.ts';
import { pageQuery, uuid } from '../contract/common.ts';
import type { Store } from '../store/store.ts';

type Ports = { store: Store; clock: Clock };

const groupParams = z.strictObject({ id: uuid });
const memberParams = z.strictObject({ id: uuid, userId: uuid });
const grantParams = z.strictObject({ id: uuid, kind: grantKind, objectId: z.string().min(1).max(100) });
const listQuery = z.strictObject({ ...pageQuery, q: z.string().max(200).optional() });
const tag = 'Administration';
const noGroup = { description: 'No such group' };
const taken = { description: 'The name is taken, however it is written' };
const readsGroups = { action: 'admin.groups.read' } as const;
const writesGroups = { action: 'admin.groups.write' } as const;

/** The administrators' management of groups. */
export function adminGroupRoutes(ports: Ports) {
  return [...groupRoutes(ports), ...memberRoutes(ports), ...grantRoutes(ports)];
}

function groupRoutes(ports: Ports) {
  return [
    route({
      method: 'post',
      path: '/api/admin/groups',
      summary: 'Make a group',
      tag,
      access: writesGroups,
      body: groupBody,
      answers: { 201: { description: 'The group', schema: group }, 409: taken },
      handler: async ({ actor, body }) => ({ status: 201, json: await createGroup(ports, actor, body.name) }),
    }),
    route({
      method: 'get',
      path: '/api/admin/groups',
      summary: 'Groups by name',
      tag,
      access: readsGroups,
      query: listQuery,
      answers: { 200: { description: 'A page of groups', schema: groupList } },
      handler: async ({ query }) => ({ status: 200, json: await listGroups(ports, query) }),
    }),
    route({
      method: 'get',
      path: '/api/admin/groups/:id',
      summary: 'One group, with what it is granted',
      tag,
      access: readsGroups,
      params: groupParams,
      answers: { 200: { description: 'The group', schema: groupDetail }, 404: noGroup },
      handler: async ({ params }) => ({ status: 200, json: await getGroup(ports, params.id) }),
    }),
    route({
      method: 'patch',
      path: '/api/admin/groups/:id',
      summary: 'Rename a group',
      tag,
      access: writesGroups,
      params: groupParams,
      body: groupBody,
      answers: {
        200: { description: 'The group', schema: groupDetail },
        404: noGroup,
        409: { description: 'The name is taken, or the group is built in' },
      },
      handler: async ({ actor, params, body }) => ({
        status: 200,
        json: await renameGroup(ports, actor, params.id, body.name),
      }),
    }),
    route({
      method: 'delete',
      path: '/api/admin/groups/:id',
      summary: 'Delete a group with its memberships and grants',
      tag,
      access: writesGroups,
      params: groupParams,
      answers: { 204: { description: 'Deleted' }, 404: noGroup, 409: { description: 'The group is built in' } },
      async handler({ actor, params }) {
        await deleteGroup(ports, actor, params.id);
        return { status: 204 };
      },
    }),
  ];
}

function memberRoutes(ports: Ports) {
  const notFound = { description: 'No such group or no such user' };
  return [
    route({
      method: 'get',
      path: '/api/admin/groups/:id/members',
      summary: 'Members of a group by name',
      tag,
      access: readsGroups,
      params: groupParams,
      query: z.strictObject(pageQuery),
      answers: { 200: { description: 'A page of members', schema: groupMemberList }, 404: noGroup },
      handler: async ({ params, query }) => ({ status: 200, json: await listGroupMembers(ports, params.id, query) }),
    }),
    route({
      method: 'put',
      path: '/api/admin/groups/:id/members/:userId',
      summary: 'Make a user a member of a group; again is no error',
      tag,
      access: writesGroups,
      params: memberParams,
      answers: { 204: { description: 'A member' }, 404: notFound },
      async handler({ actor, params }) {
        await addGroupMember(ports, actor, params.id, params.userId);
        return { status: 204 };
      },
    }),
    route({
      method: 'delete',
      path: '/api/admin/groups/:id/members/:userId',
      summary: 'Take a user out of a group; again is no error',
      tag,
      access: writesGroups,
      params: memberParams,
      answers: {
        204: { description: 'No member' },
        404: notFound,
        409: { description: 'The group is built in: nobody leaves it' },
      },
      async handler({ actor, params }) {
        await removeGroupMember(ports, actor, params.id, params.userId);
        return { status: 204 };
      },
    }),
  ];
}

function grantRoutes(ports: Ports) {
  const notFound = { description: 'No such group or no such object' };
  return [
    route({
      method: 'put',
      path: '/api/admin/groups/:id/grants/:kind/:objectId',
      summary: 'Grant a group an agent (use) or a corpus (read, curate), or change the level',
      tag,
      access: writesGroups,
      params: grantParams,
      body: grantBody,
      answers: { 204: { description: 'Granted' }, 404: notFound },
      async handler({ actor, params: { id: groupId, kind, objectId }, body }) {
        await putGrant(ports, actor, { groupId, kind, objectId }, body.level);
        return { status: 204 };
      },
    }),
    route({
      method: 'delete',
      path: '/api/admin/groups/:id/grants/:kind/:objectId',
      summary: 'Take a grant away; again is no error',
      tag,
      access: writesGroups,
      params: grantParams,
      answers: { 204: { description: 'Not granted' }, 404: notFound },
      async handler({ actor, params: { id: groupId, kind, objectId } }) {
        await removeGrant(ports, actor, { groupId, kind, objectId });
        return { status: 204 };
      },
    }),
  ];
}
