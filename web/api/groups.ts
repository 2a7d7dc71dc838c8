import {
  type GrantKind,
  type GrantLevel,
  grantMatrix,
  group,
  groupDetail,
  groupList,
  groupMemberList,
  objectAccess,
} from '../../src/contract/access.ts';
import { call, command, queryString } from './client.ts';

const groups = '/api/admin/groups';
const at = (id: string) => `${groups}/${encodeURIComponent(id)}`;
const memberAt = (id: string, userId: string) => `${at(id)}/members/${encodeURIComponent(userId)}`;

type Page = { cursor?: string; limit?: number };

export const listGroups = (query: Page & { q?: string }, signal: AbortSignal) =>
  call(groupList, 'GET', `${groups}${queryString(query)}`, { signal });
export const fetchGroup = (id: string, signal: AbortSignal) => call(groupDetail, 'GET', at(id), { signal });
export const createGroup = (name: string) => call(group, 'POST', groups, { body: { name } });
export const renameGroup = (id: string, name: string) => call(groupDetail, 'PATCH', at(id), { body: { name } });
export const deleteGroup = (id: string) => command('DELETE', at(id));

export const listGroupMembers = (id: string, query: Page, signal: AbortSignal) =>
  call(groupMemberList, 'GET', `${at(id)}/members${queryString(query)}`, { signal });
export const addGroupMember = (id: string, userId: string) => command('PUT', memberAt(id, userId));
export const removeGroupMember = (id: string, userId: string) => command('DELETE', memberAt(id, userId));

export const fetchGrants = (signal: AbortSignal) => call(grantMatrix, 'GET', '/api/admin/access', { signal });

/** The groups that an agent is granted to, and the first of those who may use it. */
export const fetchAgentAccess = (agentId: string, signal: AbortSignal) =>
  call(objectAccess, 'GET', `/api/admin/access/agent/${encodeURIComponent(agentId)}?limit=1`, { signal });

/** What a group is granted of one object from here on; undefined takes the grant away. */
export const setGrant = (
  groupId: string,
  { kind, object_id }: { kind: GrantKind; object_id: string },
  level: GrantLevel | undefined,
) => {
  const path = `${at(groupId)}/grants/${kind}/${encodeURIComponent(object_id)}`;
  return level === undefined ? command('DELETE', path) : command('PUT', path, { body: { level } });
};
