import type { Clock } from '../clock.ts';
import type { Group, GroupDetail, GroupGrant } from '../contract/access.ts';
import { AppError } from '../errors.ts';
import { newId } from '../ids.ts';
import type { GroupGrantRecord, GroupRecord } from '../store/queries/groups.ts';
import type { Store } from '../store/store.ts';
import { type Actor, byOf } from './actor.ts';
import { type NamePage, pageByName } from './page-by-name.ts';

type Ports = { store: Store; clock: Clock };

/** @throws AppError name_taken */
export async function createGroup({ store, clock }: Ports, actor: Actor, name: string): Promise<Group> {
  const made = { groupId: newId(), name, at: clock.now(), by: byOf(actor) };
  if ((await store.write.createGroup(made)) === 'name_taken') throw new AppError('name_taken');
  return { id: made.groupId, name, is_builtin: false, member_count: 0, grant_count: 0, created_at: made.at };
}

/** A group with everything it is granted.
 *  @throws AppError not_found */
export async function getGroup({ store }: Pick<Ports, 'store'>, groupId: string): Promise<GroupDetail> {
  const record = await store.scan.groupById({ groupId });
  if (!record) throw new AppError('not_found');
  const grants = await store.scan.groupGrants({ groupId });
  return { ...toGroup(record), grants: grants.map(toGrant) };
}

/** @throws AppError not_found, name_taken; conflict for a built-in group */
export async function renameGroup(ports: Ports, actor: Actor, groupId: string, name: string): Promise<GroupDetail> {
  const { store, clock } = ports;
  const outcome = await store.write.renameGroup({ groupId, name, at: clock.now(), by: byOf(actor) });
  if (outcome === 'builtin') throw builtinGroup('This group is built in. It keeps its name.');
  if (outcome !== 'renamed') throw new AppError(outcome);
  return getGroup(ports, groupId);
}

/** Whatever was reached through this group alone is reached no more once this resolves.
 *  @throws AppError not_found; conflict for a built-in group */
export async function deleteGroup({ store, clock }: Ports, actor: Actor, groupId: string): Promise<void> {
  const outcome = await store.write.deleteGroup({ groupId, at: clock.now(), by: byOf(actor) });
  if (outcome === 'builtin')
    throw builtinGroup('This group is built in. It cannot be deleted. Its grants can be taken away.');
  if (outcome !== 'deleted') throw new AppError(outcome);
}

/** Groups by name. `q` is looked for in the name.
 *  @throws AppError bad_request for a cursor that no page gave */
export async function listGroups(
  { store }: Pick<Ports, 'store'>,
  { q, ...page }: NamePage & { q?: string | undefined },
): Promise<{ groups: Group[]; next_cursor: string | null }> {
  const { rows, nextCursor } = await pageByName(
    page,
    (range) => store.scan.listGroups({ ...range, ...(q !== undefined && { q }) }),
    (group) => group.name_key,
  );
  return { groups: rows.map(toGroup), next_cursor: nextCursor };
}

/** The refusal to change what comes with the product.
 *  @param detail  that it is built in, and what that means here */
export function builtinGroup(detail: string): AppError {
  return new AppError('conflict', { detail });
}

function toGroup(record: GroupRecord): Group {
  return {
    id: record.id,
    name: record.name,
    is_builtin: record.is_builtin === 1,
    member_count: record.member_count,
    grant_count: record.grant_count,
    created_at: record.created_at,
  };
}

function toGrant({ object_kind: kind, ...grant }: GroupGrantRecord): GroupGrant {
  return { kind, ...grant };
}
