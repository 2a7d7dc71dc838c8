import { z } from 'zod';
import { byOf } from '../access/actor.ts';
import { route } from '../access/route.ts';
import { adminUser, createUserBody, patchUserBody, userList } from '../contract/auth.ts';
import { pageQuery, uuid } from '../contract/common.ts';
import type { Identity } from '../identity/identity.ts';
import { createUser, deleteUser, getUser, listUsers, patchUser } from '../identity/users.ts';

const userParams = z.strictObject({ id: uuid });
const listQuery = z.strictObject({ ...pageQuery, q: z.string().max(200).optional() });
const tag = 'Administration';
const notFound = { description: 'No such user' };
const lastAdministrator = { description: 'This is the last active administrator' };

/** The administrators' management of users. */
export function adminUserRoutes(identity: Identity) {
  return [
    route({
      method: 'post',
      path: '/api/admin/users',
      summary: 'Make a user',
      tag,
      access: { action: 'admin.users.write' },
      body: createUserBody,
      answers: {
        201: { description: 'The user', schema: adminUser },
        409: { description: 'The username or the address is taken' },
      },
      handler: async ({ actor, body }) => ({ status: 201, json: await createUser(identity, byOf(actor), body) }),
    }),
    route({
      method: 'get',
      path: '/api/admin/users',
      summary: 'Users by name',
      tag,
      access: { action: 'admin.users.read' },
      query: listQuery,
      answers: { 200: { description: 'A page of users', schema: userList } },
      handler: async ({ query }) => ({ status: 200, json: await listUsers(identity, query) }),
    }),
    route({
      method: 'get',
      path: '/api/admin/users/:id',
      summary: 'One user',
      tag,
      access: { action: 'admin.users.read' },
      params: userParams,
      answers: { 200: { description: 'The user', schema: adminUser }, 404: notFound },
      handler: async ({ params }) => ({ status: 200, json: await getUser(identity, params.id) }),
    }),
    route({
      method: 'patch',
      path: '/api/admin/users/:id',
      summary: 'Change a user; a new password, another role and deactivation sign them out everywhere',
      tag,
      access: { action: 'admin.users.write' },
      params: userParams,
      body: patchUserBody,
      answers: {
        200: { description: 'The user', schema: adminUser },
        404: notFound,
        409: { description: 'The address is taken, or this is the last active administrator' },
      },
      handler: async ({ actor, params, body }) => ({
        status: 200,
        json: await patchUser(identity, byOf(actor), params.id, body),
      }),
    }),
    route({
      method: 'delete',
      path: '/api/admin/users/:id',
      summary: 'Delete a user; their username is free again',
      tag,
      access: { action: 'admin.users.write' },
      params: userParams,
      answers: { 204: { description: 'Deleted' }, 404: notFound, 409: lastAdministrator },
      async handler({ actor, params }) {
        await deleteUser(identity, byOf(actor), params.id);
        return { status: 204 };
      },
    }),
  ];
}
