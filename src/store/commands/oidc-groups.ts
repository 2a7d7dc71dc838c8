import { byServer } from '../../contract/audit.ts';
import { all, type Db, run, type Script } from '../script.ts';
import { nameKey } from './name-key.ts';
import { recordAudit } from './record-audit.ts';
import { settleMembers } from './settle-members.ts';

/** Makes a user a member of the groups that have these names, and ends the memberships that names gave before and do not give now. Those
 *  that were made by hand stay, built-in groups are left alone, and a name that no group has means nothing. */
export function* matchOidcGroups(db: Db, args: { userId: string; names: readonly string[]; at: string }): Script<void> {
  const keys = [...new Set(args.names.map(nameKey))];
  const named =
    keys.length === 0
      ? []
      : yield* all(db.selectFrom('groups').select('id').where('name_key', 'in', keys).where('is_builtin', '=', 0));
  const had = yield* all(
    db.selectFrom('group_members').select(['group_id', 'by_oidc']).where('user_id', '=', args.userId),
  );
  const wanted = new Set(named.map(({ id }) => id));
  const member = new Set(had.map(({ group_id }) => group_id));
  for (const groupId of wanted) {
    if (member.has(groupId)) continue;
    yield* run(
      db.insertInto('group_members').values({ group_id: groupId, user_id: args.userId, added_at: args.at, by_oidc: 1 }),
    );
    yield* recordMatched(db, { ...args, groupId, action: 'group.member_added' });
  }
  let changed = [...wanted].some((groupId) => !member.has(groupId));
  for (const { group_id: groupId, by_oidc } of had) {
    if (by_oidc === 0 || wanted.has(groupId)) continue;
    yield* run(db.deleteFrom('group_members').where('group_id', '=', groupId).where('user_id', '=', args.userId));
    yield* recordMatched(db, { ...args, groupId, action: 'group.member_removed' });
    changed = true;
  }
  if (changed) yield* settleMembers(db, { userIds: [args.userId], at: args.at });
}

function* recordMatched(
  db: Db,
  args: { userId: string; groupId: string; at: string; action: 'group.member_added' | 'group.member_removed' },
): Script<void> {
  yield* recordAudit(db, {
    at: args.at,
    by: byServer,
    action: args.action,
    object: { kind: 'group', id: args.groupId },
    facts: { user_id: args.userId, by_oidc: true },
  });
}
