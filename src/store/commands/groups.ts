import { command } from '../command.ts';
import { all, type Db, first, run, type Script } from '../script.ts';
import { dropBudget } from './drop-budget.ts';
import { nameKey } from './name-key.ts';
import { type Change, recordAudit } from './record-audit.ts';
import { settleMembers } from './settle-members.ts';

/** Makes a group without members. Its name is taken while another group has it, however it is written. */
export const createGroup = command(
  ['access', 'audit'],
  function* (db: Db, args: Change & { groupId: string; name: string }): Script<'created' | 'name_taken'> {
    const made = yield* first(
      db
        .insertInto('groups')
        .values({
          id: args.groupId,
          name: args.name,
          name_key: nameKey(args.name),
          is_builtin: 0,
          created_at: args.at,
        })
        .onConflict((conflict) => conflict.column('name_key').doNothing())
        .returning('id'),
    );
    if (!made) return 'name_taken';
    yield* recordAudit(db, {
      ...args,
      action: 'group.created',
      object: { kind: 'group', id: args.groupId },
      facts: { name: args.name },
    });
    return 'created';
  },
);

/** Renames a group. A built-in one keeps its name. */
export const renameGroup = command(
  ['access', 'audit'],
  function* (
    db: Db,
    args: Change & { groupId: string; name: string },
  ): Script<'renamed' | 'not_found' | 'builtin' | 'name_taken'> {
    const group = yield* findGroup(db, args.groupId);
    if (!group) return 'not_found';
    if (group.is_builtin === 1) return 'builtin';
    const key = nameKey(args.name);
    const other = yield* first(
      db.selectFrom('groups').select('id').where('name_key', '=', key).where('id', '<>', args.groupId),
    );
    if (other) return 'name_taken';
    if (group.name === args.name) return 'renamed';
    yield* run(db.updateTable('groups').set({ name: args.name, name_key: key }).where('id', '=', args.groupId));
    yield* recordAudit(db, {
      ...args,
      action: 'group.renamed',
      object: { kind: 'group', id: args.groupId },
      facts: { name: args.name, was: group.name },
    });
    return 'renamed';
  },
);

/** Deletes a group with its memberships, grants and default agent: whatever was reached through it alone is reached no more. A built-in one stays. */
export const deleteGroup = command(
  ['access', 'knowledge', 'sharing', 'sessions', 'log', 'turns', 'audit'],
  function* (db: Db, args: Change & { groupId: string }): Script<'deleted' | 'not_found' | 'builtin'> {
    const group = yield* findGroup(db, args.groupId);
    if (!group) return 'not_found';
    if (group.is_builtin === 1) return 'builtin';
    yield* run(db.deleteFrom('grants').where('group_id', '=', args.groupId));
    yield* run(db.deleteFrom('agent_defaults').where('group_id', '=', args.groupId));
    const shared = yield* all(
      db
        .deleteFrom('session_grants')
        .where('subject_kind', '=', 'group')
        .where('subject_id', '=', args.groupId)
        .returning('session_id'),
    );
    yield* run(db.deleteFrom('group_members').where('group_id', '=', args.groupId));
    yield* settleMembers(db, { sessionIds: shared.map(({ session_id }) => session_id), at: args.at });
    yield* dropBudget(db, { kind: 'group', subjectId: args.groupId });
    yield* run(db.deleteFrom('groups').where('id', '=', args.groupId));
    yield* recordAudit(db, {
      ...args,
      action: 'group.deleted',
      object: { kind: 'group', id: args.groupId },
      facts: { name: group.name },
    });
    return 'deleted';
  },
);

export function* findGroup(db: Db, groupId: string): Script<{ name: string; is_builtin: number } | undefined> {
  return yield* first(db.selectFrom('groups').select(['name', 'is_builtin']).where('id', '=', groupId));
}
