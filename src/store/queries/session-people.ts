import { sql } from 'kysely';
import type { ShareLevel } from '../../contract/sharing.ts';
import { query } from '../command.ts';
import { all, type Db, first, type Script } from '../script.ts';
import { contains } from './contains.ts';
import type { SessionLevel } from './session-rows.ts';

type Named = { kind: 'user' | 'group'; id: string; name: string; username: string | null; member_count: number | null };
export type ShareRecord = Named & { level: ShareLevel; granted_at: string };
export type PersonRecord = {
  user_id: string;
  display_name: string;
  username: string;
  level: SessionLevel;
  last_read_at: string | null;
  open_until_ms: number | null;
};
export type SessionPeopleRecord = {
  /** What whoever asks is to the session. */
  level: SessionLevel;
  shares: ShareRecord[];
  people: PersonRecord[];
  authors: { user_id: string; display_name: string }[];
};

const maxPeople = 100;

/** Whom a session is shared with, who is in it and who wrote in it, for one of its members; undefined for anybody else. Members see no row of
 *  each other, so it is asked as the worker, and asks itself who asks. */
export const sessionPeople = query(function* (
  db: Db,
  { sessionId, userId }: { sessionId: string; userId: string },
): Script<SessionPeopleRecord | undefined> {
  const asker = yield* first(
    db
      .selectFrom('session_members as m')
      .innerJoin('user_sessions as s', 's.session_id', 'm.session_id')
      .select((eb) => eb.ref('m.level').$castTo<SessionLevel>().as('level'))
      .where('m.session_id', '=', sessionId)
      .where('m.user_id', '=', userId)
      .where('s.deleted_at', 'is', null),
  );
  if (!asker) return undefined;
  const people = yield* all(
    db
      .selectFrom('session_members as m')
      .innerJoin('users as u', 'u.id', 'm.user_id')
      .leftJoin(
        db
          .selectFrom('session_visits')
          .select((eb) => [
            'user_id',
            eb.fn.max('last_read_at').as('last_read_at'),
            eb.fn.max('open_until_ms').as('open_until_ms'),
          ])
          .where('session_id', '=', sessionId)
          .groupBy('user_id')
          .as('v'),
        (join) => join.onRef('v.user_id', '=', 'm.user_id'),
      )
      .select((eb) => [
        'u.id as user_id',
        'u.display_name',
        'u.username',
        eb.ref('m.level').$castTo<SessionLevel>().as('level'),
        'v.last_read_at',
        'v.open_until_ms',
      ])
      .where('m.session_id', '=', sessionId)
      .where((eb) => eb.or([eb('m.level', '=', 'owner'), eb('v.user_id', 'is not', null)]))
      .orderBy((eb) => eb.case().when('m.level', '=', 'owner').then(0).else(1).end())
      .orderBy('v.last_read_at', 'desc')
      .orderBy('u.id')
      .limit(maxPeople),
  );
  const authors = yield* all(
    db
      .selectFrom('users as u')
      .select(['u.id as user_id', 'u.display_name'])
      .where((eb) =>
        eb(
          'u.id',
          'in',
          eb
            .selectFrom('session_authors')
            .select('user_id')
            .where('session_id', '=', sessionId)
            .union(
              eb
                .selectFrom('session_members')
                .select('user_id')
                .where('session_id', '=', sessionId)
                .where('level', '=', 'owner'),
            ),
        ),
      )
      .orderBy('u.id'),
  );
  return { level: asker.level, shares: yield* sharesOf(db, sessionId), people, authors };
});

/** People and groups that a session is shared with, people first, by name. */
function* sharesOf(db: Db, sessionId: string): Script<ShareRecord[]> {
  const users = yield* all(
    db
      .selectFrom('session_grants as g')
      .innerJoin('users as u', 'u.id', 'g.subject_id')
      .select((eb) => [
        'u.id',
        'u.display_name as name',
        'u.username',
        eb.ref('g.level').$castTo<ShareLevel>().as('level'),
        'g.granted_at',
      ])
      .where('g.session_id', '=', sessionId)
      .where('g.subject_kind', '=', 'user')
      .orderBy('u.username_key'),
  );
  const groups = yield* all(
    groupsCounted(db)
      .innerJoin('session_grants as g', 'g.subject_id', 'o.id')
      .select((eb) => [eb.ref('g.level').$castTo<ShareLevel>().as('level'), 'g.granted_at'])
      .where('g.session_id', '=', sessionId)
      .where('g.subject_kind', '=', 'group')
      .orderBy('o.name_key'),
  );
  return [
    ...users.map((user) => ({ ...user, kind: 'user' as const, member_count: null })),
    ...groups.map((group) => ({ ...group, kind: 'group' as const, username: null })),
  ];
}

/** Whom a person can share a session with: active people, and groups they are in, whose names hold a text, at most so many of each. */
export const shareCandidates = query(function* (
  db: Db,
  { userId, q, limit }: { userId: string; q: string; limit: number },
): Script<Named[]> {
  const users = yield* all(
    db
      .selectFrom('users as u')
      .select(['u.id', 'u.display_name as name', 'u.username'])
      .where('u.is_active', '=', 1)
      .where('u.deleted_at', 'is', null)
      .where('u.id', '<>', userId)
      .where((eb) => eb.or([contains('u.display_name', q), contains('u.username', q)]))
      .orderBy('u.username_key')
      .limit(limit),
  );
  const groups = yield* all(
    groupsCounted(db)
      .innerJoin('group_members as own', 'own.group_id', 'o.id')
      .where('own.user_id', '=', userId)
      .where(contains('o.name', q))
      .orderBy('o.name_key')
      .limit(limit),
  );
  return [
    ...groups.map((group) => ({ ...group, kind: 'group' as const, username: null })),
    ...users.map((user) => ({ ...user, kind: 'user' as const, member_count: null })),
  ];
});

function groupsCounted(db: Db) {
  return db.selectFrom('groups as o').select((eb) => [
    'o.id',
    'o.name',
    eb
      .selectFrom('group_members as m')
      .innerJoin('users as u', 'u.id', 'm.user_id')
      .select((sub) => sub.fn.countAll<number>().as('count'))
      .whereRef('m.group_id', '=', 'o.id')
      .where('u.deleted_at', 'is', null)
      .as('member_count'),
  ]);
}

/** What people are called, whose ids whoever asks was told before. */
export const namesOfPeople = query(function* (
  db: Db,
  { userIds }: { userIds: readonly string[] },
): Script<{ id: string; username: string; display_name: string }[]> {
  if (userIds.length === 0) return [];
  return yield* all(
    db
      .selectFrom('users')
      .select(['id', 'username', 'display_name'])
      .where('id', 'in', [...userIds]),
  );
});

/** Changes whenever somebody is let into a session of somebody else, or out of one, or may do something else there. Index:
 *  session_members_shared. */
export const sharedMark = query(function* (db: Db, { userId }: { userId: string }): Script<string> {
  const row = yield* first(
    db
      .selectFrom('session_members')
      .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.max('added_at').as('newest')])
      .where('user_id', '=', userId)
      .where('level', '<>', sql.lit('owner')),
  );
  return row?.newest ? `${row.count} ${row.newest}` : '';
});
