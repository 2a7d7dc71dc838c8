import type { Expression, SqlBool } from 'kysely';
import type { GrantKind, GrantLevel } from '../../contract/access.ts';
import type { Role } from '../../contract/auth.ts';
import { query } from '../command.ts';
import { all, type Db, first, type Script } from '../script.ts';
import { type GroupRecord, groupRecords } from './groups.ts';
import { readUser, type UserRecord } from './users.ts';

/** A grant of an object, by the group that a user has it through. */
export type GrantThrough = { group_id: string; group_name: string; level: GrantLevel };

/** Everything that decides what one active user may do with one active object. */
export type AccessFacts = { kind: GrantKind; role: Role; is_owner: boolean; through: GrantThrough[] };

/** The levels each kind of object is granted at; any other says nothing. */
const levels: Readonly<Record<GrantKind, GrantLevel[]>> = { agent: ['use'], corpus: ['read', 'curate'] };

export type ObjectFacts = AccessFacts & { id: string; name: string };

/** A user, their groups by name, and the facts of every object the user may use: agents as `agentAccess` orders them, then corpora as `corpusAccess` does. No object for
 *  a user who is not active; undefined when there is no such user. */
export const userAccessFacts = query(function* (
  db: Db,
  args: { userId: string },
): Script<{ user: UserRecord; groups: { id: string; name: string }[]; objects: ObjectFacts[] } | undefined> {
  const user = yield* readUser(db, args.userId);
  if (!user) return undefined;
  const groups = yield* all(
    db
      .selectFrom('group_members as m')
      .innerJoin('groups as g', 'g.id', 'm.group_id')
      .select(['g.id', 'g.name'])
      .where('m.user_id', '=', user.id)
      .orderBy('g.name_key'),
  );
  if (user.is_active !== 1) return { user, groups, objects: [] };
  const grants = yield* grantsOfUser(db, user.id);
  const agents = yield* all(
    db
      .selectFrom('agents as o')
      .select(['o.id', 'o.name'])
      .where('o.is_active', '=', 1)
      .where('o.id', 'in', grantedTo(db, 'agent', user.id))
      .orderBy('o.is_builtin', 'desc')
      .orderBy('o.name')
      .orderBy('o.id'),
  );
  let corpora = db
    .selectFrom('corpora as o')
    .select(['o.id', 'o.name', 'o.owner_user_id'])
    .where('o.is_active', '=', 1)
    .where('o.deleted_at', 'is', null)
    .orderBy('o.name_key')
    .orderBy('o.id');
  if (user.role !== 'administrator') {
    corpora = corpora.where((eb) =>
      eb.or([eb('o.owner_user_id', '=', user.id), eb('o.id', 'in', grantedTo(db, 'corpus', user.id))]),
    );
  }
  const facts = (kind: GrantKind, object: { id: string; name: string }, isOwner: boolean): ObjectFacts => ({
    kind,
    id: object.id,
    name: object.name,
    role: user.role,
    is_owner: isOwner,
    through: grants.get(`${kind} ${object.id}`) ?? [],
  });
  return {
    user,
    groups,
    objects: [
      ...agents.map((agent) => facts('agent', agent, false)),
      ...(yield* all(corpora)).map((corpus) => facts('corpus', corpus, corpus.owner_user_id === user.id)),
    ],
  };
});

/** What a user is granted through groups, by kind and id of the object; an object's groups by name. */
function* grantsOfUser(db: Db, userId: string): Script<Map<string, GrantThrough[]>> {
  const rows = yield* all(
    db
      .selectFrom('group_members as m')
      .innerJoin('grants as g', 'g.group_id', 'm.group_id')
      .innerJoin('groups', 'groups.id', 'g.group_id')
      .select(['g.object_kind', 'g.object_id', 'g.group_id', 'groups.name as group_name', 'g.level'])
      .$narrowType<{ object_kind: GrantKind; level: GrantLevel }>()
      .where('m.user_id', '=', userId)
      .orderBy('groups.name_key'),
  );
  const found = new Map<string, GrantThrough[]>();
  for (const { object_kind: kind, object_id, ...grant } of rows) {
    if (!levels[kind].includes(grant.level)) continue;
    const key = `${kind} ${object_id}`;
    found.set(key, [...(found.get(key) ?? []), grant]);
  }
  return found;
}

export type ObjectAccessFacts = {
  object: { id: string; name: string; is_active: number };
  /** Every group the object is granted to, by name. */
  groups: (GroupRecord & { level: GrantLevel })[];
  /** A page of the users who may use it, by name; nobody for an object that is not active. */
  users: (Omit<UserRecord, 'has_second_factor' | 'email'> & AccessFacts)[];
};

/** An object, the groups it is granted to, and the facts of the users who may use it, by name, keyset-paged by `afterKey` (a username in lower case). Undefined for an
 *  object that is not there. Index: the unique one on username_key; for each user the keys of grants and group_members. */
export const objectAccessFacts = query(function* (
  db: Db,
  args: { kind: GrantKind; objectId: string; afterKey?: string; limit: number },
): Script<ObjectAccessFacts | undefined> {
  const object = yield* findObject(db, args.kind, args.objectId);
  if (!object) return undefined;
  const groups = yield* all(
    groupRecords(db)
      .innerJoin('grants as given', 'given.group_id', 'groups.id')
      .select('given.level')
      .$narrowType<{ level: GrantLevel }>()
      .where('given.object_kind', '=', args.kind)
      .where('given.object_id', '=', args.objectId)
      .where('given.level', 'in', levels[args.kind])
      .orderBy('groups.name_key'),
  );
  const { owner_user_id: ownerId, ...shown } = object;
  if (object.is_active !== 1) return { object: shown, groups, users: [] };
  let list = db
    .selectFrom('users as u')
    .select(['u.id', 'u.username', 'u.display_name', 'u.role', 'u.is_active', 'u.created_at', 'u.last_login_at'])
    .$narrowType<{ role: Role }>()
    .where('u.is_active', '=', 1)
    .where('u.deleted_at', 'is', null)
    .where((eb) => {
      const ways: Expression<SqlBool>[] = [
        eb.exists(
          eb
            .selectFrom('grants as g')
            .innerJoin('group_members as m', 'm.group_id', 'g.group_id')
            .select('g.object_id')
            .whereRef('m.user_id', '=', 'u.id')
            .where('g.object_kind', '=', args.kind)
            .where('g.object_id', '=', args.objectId)
            .where('g.level', 'in', levels[args.kind]),
        ),
      ];
      if (args.kind === 'corpus') ways.push(eb('u.role', '=', 'administrator'));
      if (ownerId !== null) ways.push(eb('u.id', '=', ownerId));
      return eb.or(ways);
    })
    .orderBy('u.username_key')
    .limit(args.limit);
  if (args.afterKey !== undefined) list = list.where('u.username_key', '>', args.afterKey);
  const users = yield* all(list);
  const memberships = yield* membershipsAmong(
    db,
    users.map((user) => user.id),
    groups.map((group) => group.id),
  );
  return {
    object: shown,
    groups,
    users: users.map((user) => ({
      ...user,
      kind: args.kind,
      is_owner: user.id === ownerId,
      through: groups
        .filter((group) => memberships.get(user.id)?.has(group.id))
        .map((group) => ({ group_id: group.id, group_name: group.name, level: group.level })),
    })),
  };
});

type FoundObject = { id: string; name: string; is_active: number; owner_user_id: string | null };

function* findObject(db: Db, kind: GrantKind, objectId: string): Script<FoundObject | undefined> {
  if (kind === 'agent') {
    const agent = yield* first(
      db
        .selectFrom('agents')
        .select(['id', 'name', 'is_active'])
        .where('id', '=', objectId)
        .where('deleted_at', 'is', null),
    );
    return agent && { ...agent, owner_user_id: null };
  }
  return yield* first(
    db
      .selectFrom('corpora')
      .select(['id', 'name', 'is_active', 'owner_user_id'])
      .where('id', '=', objectId)
      .where('deleted_at', 'is', null),
  );
}

/** Of these groups, those each of these users is a member of. */
function* membershipsAmong(db: Db, userIds: string[], groupIds: string[]): Script<Map<string, Set<string>>> {
  const found = new Map<string, Set<string>>();
  if (userIds.length === 0 || groupIds.length === 0) return found;
  const rows = yield* all(
    db
      .selectFrom('group_members')
      .select(['user_id', 'group_id'])
      .where('user_id', 'in', userIds)
      .where('group_id', 'in', groupIds),
  );
  for (const row of rows) {
    const groups = found.get(row.user_id) ?? new Set();
    found.set(row.user_id, groups.add(row.group_id));
  }
  return found;
}

/** Ids of what a user is granted through any group. */
function grantedTo(db: Db, kind: GrantKind, userId: string) {
  return db
    .selectFrom('grants as g')
    .innerJoin('group_members as m', 'm.group_id', 'g.group_id')
    .select('g.object_id')
    .where('m.user_id', '=', userId)
    .where('g.object_kind', '=', kind)
    .where('g.level', 'in', levels[kind]);
}
