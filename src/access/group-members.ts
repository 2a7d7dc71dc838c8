import type { Clock } from '../clock.ts';
import type { GroupMember } from '../contract/access.ts';
import { AppError } from '../errors.ts';
import type { GroupMemberRecord } from '../store/queries/groups.ts';
import type { Store } from '../store/store.ts';
import { type Actor, byOf } from './actor.ts';
import { builtinGroup } from './groups.ts';
import { type NamePage, pageByName } from './page-by-name.ts';

type Ports = { store: Store; clock: Clock };

/** A group's members by name, deactivated ones too.
 *  @throws AppError not_found; bad_request for a cursor that no page gave */
export async function listGroupMembers(
  { store }: Pick<Ports, 'store'>,
  groupId: string,
  page: NamePage,
): Promise<{ members: GroupMember[]; next_cursor: string | null }> {
  if (!(await store.scan.groupById({ groupId }))) throw new AppError('not_found');
  const { rows, nextCursor } = await pageByName(
    page,
    (range) => store.scan.groupMembers({ groupId, ...range }),
    (member) => member.username_key,
  );
  return { members: rows.map(toMember), next_cursor: nextCursor };
}

/** Who is a member already stays one.
 *  @throws AppError not_found for a group or a user that is not there */
export async function addGroupMember(
  { store, clock }: Ports,
  actor: Actor,
  groupId: string,
  userId: string,
): Promise<void> {
  const change = { at: clock.now(), by: byOf(actor) };
  const outcome = await store.write.addGroupMembers({ groupId, userIds: [userId], ...change });
  if (outcome !== 'added') throw new AppError(outcome);
}

/** Who is no member stays none.
 *  @throws AppError not_found for a group or a user that is not there; conflict for a built-in group */
export async function removeGroupMember(
  { store, clock }: Ports,
  actor: Actor,
  groupId: string,
  userId: string,
): Promise<void> {
  const change = { at: clock.now(), by: byOf(actor) };
  const outcome = await store.write.removeGroupMember({ groupId, userId, ...change });
  if (outcome === 'builtin') throw builtinGroup('This group is built in. Nobody can be taken out of it.');
  if (outcome !== 'removed') throw new AppError(outcome);
}

function toMember(record: GroupMemberRecord): GroupMember {
  return {
    user_id: record.id,
    username: record.username,
    display_name: record.display_name,
    role: record.role,
    is_active: record.is_active === 1,
    added_at: record.added_at,
    by_oidc: record.by_oidc === 1,
  };
}
