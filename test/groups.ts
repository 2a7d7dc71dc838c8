import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type Group, group as groupShape } from '../src/contract/access.ts';
import { answered } from './client.ts';
import type { Person } from './given.ts';

/** A group that an administrator makes, with these members. */
export async function newGroup(
  admin: Person,
  members: readonly Person[] = [],
  name = `Group ${randomUUID()}`,
): Promise<Group> {
  const group = answered(await admin.client.post('/api/admin/groups', { name }), 201, groupShape);
  for (const { user } of members) {
    const reply = await admin.client.put(`/api/admin/groups/${group.id}/members/${user.id}`);
    assert.equal(reply.status, 204, reply.text);
  }
  return group;
}
