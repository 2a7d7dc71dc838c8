import assert from 'node:assert/strict';
import {
  type Group,
  groupDetail,
  groupList,
  groupMemberList,
  group as groupShape,
} from '../../../src/contract/access.ts';
import { answered } from '../../client.ts';
import { expectStatus, finds, type ServerWay, type World } from './way.ts';

async function newGroup({ server, number }: World): Promise<Group> {
  const name = `Group ${number()}`;
  return answered(await server.admin.client.post('/api/admin/groups', { name }), 201, groupShape);
}

async function groupsNamed({ server }: World, name: string): Promise<Group[]> {
  const reply = await server.admin.client.get(`/api/admin/groups?q=${encodeURIComponent(name)}`);
  return answered(reply, 200, groupList).groups.filter((each) => each.name === name);
}

/** Each grant of a group as its object and level. */
async function grantsOf({ server }: World, groupId: string): Promise<string[]> {
  const { grants } = answered(await server.admin.client.get(`/api/admin/groups/${groupId}`), 200, groupDetail);
  return grants.map((grant) => `${grant.object_id} ${grant.level}`);
}

async function membersOf({ server }: World, groupId: string): Promise<string[]> {
  const reply = await server.admin.client.get(`/api/admin/groups/${groupId}/members`);
  return answered(reply, 200, groupMemberList).members.map((member) => member.user_id);
}

export const createGroup: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const name = `Made ${world.number()}`;
    return {
      async act() {
        expectStatus(await world.server.admin.client.post('/api/admin/groups', { name }), 201, 409);
      },
      isStored: (ask) => finds(ask, 'select 1 from groups where name = ?', name),
      async check() {
        assert.equal((await groupsNamed(world, name)).length, 1);
      },
    };
  },
};

export const renameGroup: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const group = await newGroup(world);
    const name = `Renamed ${world.number()}`;
    return {
      async act() {
        expectStatus(await world.server.admin.client.patch(`/api/admin/groups/${group.id}`, { name }), 200);
      },
      isStored: (ask) => finds(ask, 'select 1 from groups where id = ? and name = ?', group.id, name),
      async check() {
        assert.deepEqual(
          (await groupsNamed(world, name)).map(({ id }) => id),
          [group.id],
        );
        assert.deepEqual(await groupsNamed(world, group.name), []);
      },
    };
  },
};

export const deleteGroup: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const { admin } = world.server;
    const [group, { user }] = [await newGroup(world), await world.server.person()];
    expectStatus(await admin.client.put(`/api/admin/groups/${group.id}/members/${user.id}`), 204);
    expectStatus(await admin.client.put(grantPath(group), { level: 'use' }), 204);
    const tables = ['groups where id', 'group_members where group_id', 'grants where group_id'];
    return {
      async act() {
        expectStatus(await admin.client.delete(`/api/admin/groups/${group.id}`), 204, 404);
      },
      isStored: (ask) => !tables.some((table) => finds(ask, `select 1 from ${table} = ?`, group.id)),
      async check() {
        assert.deepEqual(await groupsNamed(world, group.name), []);
      },
    };
  },
};

const membership = 'select 1 from group_members where group_id = ? and user_id = ?';

export const addGroupMembers: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const [group, { user }] = [await newGroup(world), await world.server.person()];
    return {
      async act() {
        expectStatus(await world.server.admin.client.put(`/api/admin/groups/${group.id}/members/${user.id}`), 204);
      },
      isStored: (ask) => finds(ask, membership, group.id, user.id),
      async check() {
        assert.deepEqual(await membersOf(world, group.id), [user.id]);
      },
    };
  },
};

export const removeGroupMember: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const { admin } = world.server;
    const [group, { user }] = [await newGroup(world), await world.server.person()];
    const path = `/api/admin/groups/${group.id}/members/${user.id}`;
    expectStatus(await admin.client.put(path), 204);
    return {
      async act() {
        expectStatus(await admin.client.delete(path), 204);
      },
      isStored: (ask) => !finds(ask, membership, group.id, user.id),
      async check() {
        assert.deepEqual(await membersOf(world, group.id), []);
      },
    };
  },
};

const grantPath = (group: Group) => `/api/admin/groups/${group.id}/grants/agent/librarian`;
const grant = 'select 1 from grants where group_id = ?';

export const putGrant: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const group = await newGroup(world);
    return {
      async act() {
        expectStatus(await world.server.admin.client.put(grantPath(group), { level: 'use' }), 204);
      },
      isStored: (ask) => finds(ask, grant, group.id),
      async check() {
        assert.deepEqual(await grantsOf(world, group.id), ['librarian use']);
      },
    };
  },
};

export const removeGrant: ServerWay = {
  place: 'server',
  isAnswered: true,
  async prepare(world) {
    const { admin } = world.server;
    const group = await newGroup(world);
    expectStatus(await admin.client.put(grantPath(group), { level: 'use' }), 204);
    return {
      async act() {
        expectStatus(await admin.client.delete(grantPath(group)), 204);
      },
      isStored: (ask) => !finds(ask, grant, group.id),
      async check() {
        assert.deepEqual(await grantsOf(world, group.id), []);
      },
    };
  },
};
