import type { GrantKind, GrantLevel } from '../../contract/access.ts';
import type { Role } from '../../contract/auth.ts';
import { query } from '../command.ts';
import { all, type Db, first, type Script } from '../script.ts';
import { contains } from './contains.ts';

export type GroupRecord = {
  id: string;
  name: string;
  name_key: string;
  is_builtin: number;
  created_at: string;
  /** Users who are not deleted. */
  member_count: number;
  grant_count: number;
};

export function groupRecords(db: Db) {
  return db.selectFrom('groups').select((eb) => [
    'groups.id',
    'groups.name',
    'groups.name_key',
    'groups.is_builtin',
    'groups.created_at',
    eb
      .selectFrom('group_members as m')
      .innerJoin('users as u', 'u.id', 'm.user_id')
      .select((count) => count.fn.countAll<number>().as('count'))
      .whereRef('m.group_id', '=', 'groups.id')
      .where('u.deleted_at', 'is', null)
      .$asScalar()
      .$notNull()
      .as('member_count'),
    eb
      .selectFrom('grants as g')
      .select((count) => count.fn.countAll<number>().as('count'))
      .leftJoin('corpora as c', (join) => join.onRef('c.id', '=', 'g.object_id').on('g.object_kind', '=', 'corpus'))
      .whereRef('g.group_id', '=', 'groups.id')
      .where('c.deleted_at', 'is', null)
      .$asScalar()
      .$notNull()
      .as('grant_count'),
  ]);
}

export const groupById = query(function* (db: Db, args: { groupId: string }): Script<GroupRecord | undefined> {
  return yield* first(groupRecords(db).where('groups.id', '=', args.groupId));
});

/** Groups in the order of their names, keyset-paged by `afterKey` (a `name_key`). `q` is looked for in the name. Index: the unique one on name_key. */
export const listGroups = query(function* (
  db: Db,
  args: { q?: string; afterKey?: string; limit: number },
): Script<GroupRecord[]> {
  let list = groupRecords(db).orderBy('groups.name_key').limit(args.limit);
  if (args.afterKey !== undefined) list = list.where('groups.name_key', '>', args.afterKey);
  if (args.q !== undefined) list = list.where(contains('groups.name_key', args.q.toLowerCase()));
  return yield* all(list);
});

export type GroupMemberRecord = {
  id: string;
  username: string;
  username_key: string;
  display_name: string;
  role: Role;
  is_active: number;
  added_at: string;
  by_oidc: number;
};

/** The members of a group by name, keyset-paged by `afterKey` (a `username_key`). Index: group_members_group. */
export const groupMembers = query(function* (
  db: Db,
  args: { groupId: string; afterKey?: string; limit: number },
): Script<GroupMemberRecord[]> {
  let list = db
    .selectFrom('group_members as m')
    .innerJoin('users as u', 'u.id', 'm.user_id')
    .select([
      'u.id',
      'u.username',
      'u.username_key',
      'u.display_name',
      'u.role',
      'u.is_active',
      'm.added_at',
      'm.by_oidc',
    ])
    .$narrowType<{ role: Role }>()
    .where('m.group_id', '=', args.groupId)
    .where('u.deleted_at', 'is', null)
    .orderBy('u.username_key')
    .limit(args.limit);
  if (args.afterKey !== undefined) list = list.where('u.username_key', '>', args.afterKey);
  return yield* all(list);
});

export type GroupGrantRecord = {
  object_kind: GrantKind;
  object_id: string;
  name: string;
  level: GrantLevel;
  granted_at: string;
};

/** Everything a group is granted: agents, then corpora that are not in the recycle bin, each by name. Index: grants_group. */
export const groupGrants = query(function* (db: Db, args: { groupId: string }): Script<GroupGrantRecord[]> {
  return yield* all(
    db
      .selectFrom('grants as g')
      .leftJoin('agents as a', (join) => join.onRef('a.id', '=', 'g.object_id').on('g.object_kind', '=', 'agent'))
      .leftJoin('corpora as c', (join) => join.onRef('c.id', '=', 'g.object_id').on('g.object_kind', '=', 'corpus'))
      .select((eb) => [
        'g.object_kind',
        'g.object_id',
        eb.fn.coalesce('a.name', 'c.name', 'g.object_id').as('name'),
        'g.level',
        'g.granted_at',
      ])
      .$narrowType<{ object_kind: GrantKind; level: GrantLevel }>()
      .where('g.group_id', '=', args.groupId)
      .where('c.deleted_at', 'is', null)
      .orderBy('g.object_kind')
      .orderBy('name')
      .orderBy('g.object_id'),
  );
});
