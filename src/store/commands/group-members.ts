import { command } from '../command.ts';
import { readUser } from '../queries/users.ts';
import { all, type Db, first, type Script } from '../script.ts';
import { findGroup } from './groups.ts';
import { type Change, recordAudit } from './record-audit.ts';
import { settleMembers } from './settle-members.ts';

/** Makes users members of a group, all of them or, when the group or one of them is not there, none. Who is a member already stays one, and is
 *  one by hand from then on. */
export const addGroupMembers = command(
  ['access', 'knowledge', 'sharing', 'sessions', 'log', 'turns', 'audit'],
  function* (db: Db, args: Change & { groupId: string; userIds: readonly string[] }): Script<'added' | 'not_found'> {
    const userIds = [...new Set(args.userIds)];
    if (!(yield* findGroup(db, args.groupId))) return 'not_found';
    if (userIds.length === 0) return 'added';
    const users = yield* all(
      db.selectFrom('users').select('id').where('id', 'in', userIds).where('deleted_at', 'is', null),
    );
    if (users.length < userIds.length) return 'not_found';
    const added = yield* all(
      db
        .insertInto('group_members')
        .values(userIds.map((userId) => ({ group_id: args.groupId, user_id: userId, added_at: args.at })))
        .onConflict((conflict) =>
          conflict.columns(['user_id', 'group_id']).doUpdateSet({ by_oidc: 0 }).where('group_members.by_oidc', '=', 1),
        )
        .returning('user_id'),
    );
    yield* settleMembers(db, { userIds, at: args.at });
    for (const { user_id } of added) {
      yield* recordAudit(db, {
        ...args,
        action: 'group.member_added',
        object: { kind: 'group', id: args.groupId },
        facts: { user_id },
      });
    }
    return 'added';
  },
);

/** Ends a membership; who is no member stays none. Nobody leaves a built-in group. */
export const removeGroupMember = command(
  ['access', 'knowledge', 'sharing', 'sessions', 'log', 'turns', 'audit'],
  function* (db: Db, args: Change & { groupId: string; userId: string }): Script<'removed' | 'not_found' | 'builtin'> {
    const group = yield* findGroup(db, args.groupId);
    if (!group || !(yield* readUser(db, args.userId))) return 'not_found';
    if (group.is_builtin === 1) return 'builtin';
    const left = yield* first(
      db
        .deleteFrom('group_members')
        .where('group_id', '=', args.groupId)
        .where('user_id', '=', args.userId)
        .returning('user_id'),
    );
    if (!left) return 'removed';
    yield* settleMembers(db, { userIds: [args.userId], at: args.at });
    yield* recordAudit(db, {
      ...args,
      action: 'group.member_removed',
      object: { kind: 'group', id: args.groupId },
      facts: { user_id: args.userId },
    });
    return 'removed';
  },
);
