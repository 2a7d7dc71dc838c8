import { command } from '../command.ts';
import { readUser } from '../queries/users.ts';
import { all, type Db, run, type Script } from '../script.ts';
import { findGroup } from './groups.ts';

/** Makes users members of a group, all of them or, when the group or one of them is not there, none. Who is a member already stays one. */
export const addGroupMembers = command(
  ['access', 'knowledge'],
  function* (db: Db, args: { groupId: string; userIds: readonly string[]; at: string }): Script<'added' | 'not_found'> {
    const userIds = [...new Set(args.userIds)];
    if (!(yield* findGroup(db, args.groupId))) return 'not_found';
    if (userIds.length === 0) return 'added';
    const users = yield* all(
      db.selectFrom('users').select('id').where('id', 'in', userIds).where('deleted_at', 'is', null),
    );
    if (users.length < userIds.length) return 'not_found';
    yield* run(
      db
        .insertInto('group_members')
        .values(userIds.map((userId) => ({ group_id: args.groupId, user_id: userId, added_at: args.at })))
        .onConflict((conflict) => conflict.columns(['user_id', 'group_id']).doNothing()),
    );
    return 'added';
  },
);

/** Ends a membership; who is no member stays none. Nobody leaves a built-in group. */
export const removeGroupMember = command(
  ['access', 'knowledge'],
  function* (db: Db, args: { groupId: string; userId: string }): Script<'removed' | 'not_found' | 'builtin'> {
    const group = yield* findGroup(db, args.groupId);
    if (!group || !(yield* readUser(db, args.userId))) return 'not_found';
    if (group.is_builtin === 1) return 'builtin';
    yield* run(db.deleteFrom('group_members').where('group_id', '=', args.groupId).where('user_id', '=', args.userId));
    return 'removed';
  },
);
