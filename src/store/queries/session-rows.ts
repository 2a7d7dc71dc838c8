import { sql } from 'kysely';
import { query } from '../command.ts';
import { all, type Db, first, type Script, statement } from '../script.ts';
import { newestState } from './goes-on.ts';

/** A session with the names and the state that lists show. */
export type SessionRecord = {
  session_id: string;
  user_id: string | null;
  username: string | null;
  active_agent_id: string;
  agent_name: string | null;
  agent_is_active: number | null;
  title: string;
  corpora: string;
  created_at: string;
  last_activity: string;
  is_active: number;
  message_count: number;
  user_query_count: number;
  last_seq: number;
  rev: number;
  archived: number;
  pinned: number;
  deleted_at: string | null;
  imported_at: string | null;
  temporary_until: string | null;
  tags: string;
  running: number;
  /** Of the turn under way, `running` or `waiting_approval`, and of the newest turn; null where there is none. */
  under_way: string | null;
  newest_state: string | null;
  /** Whether anybody is let into it beside its owner. */
  is_shared: number;
};

export type SessionLevel = 'owner' | 'write' | 'read';
/** A session as one of its members sees it. */
export type MemberRecord = SessionRecord & { level: SessionLevel };

/** Sessions with what lists show of them, by the alias `s`; their owners are `u`. */
export function records(db: Db) {
  return db
    .selectFrom('user_sessions as s')
    .leftJoin('users as u', 'u.id', 's.user_id')
    .leftJoin('agents as a', 'a.id', 's.active_agent_id')
    .select((eb) => [
      's.session_id',
      's.user_id',
      'u.username',
      's.active_agent_id',
      'a.name as agent_name',
      'a.is_active as agent_is_active',
      's.title',
      's.corpora',
      's.created_at',
      's.last_activity',
      's.is_active',
      's.message_count',
      's.user_query_count',
      's.last_seq',
      's.rev',
      's.archived',
      's.pinned',
      's.deleted_at',
      's.imported_at',
      's.temporary_until',
      's.tags',
      eb
        .exists(
          eb
            .selectFrom('turns as t')
            .select('t.turn_id')
            .whereRef('t.session_id', '=', 's.session_id')
            .where('t.state', 'in', [sql.lit('running'), sql.lit('waiting_approval')]),
        )
        .$castTo<number>()
        .as('running'),
      // Index: turns_one_at_a_time.
      eb
        .selectFrom('turns as o')
        .select('o.state')
        .whereRef('o.session_id', '=', 's.session_id')
        .where('o.state', 'in', [sql.lit('running'), sql.lit('waiting_approval')])
        .as('under_way'),
      newestState('s').as('newest_state'),
      eb
        .exists(
          eb.selectFrom('session_grants as g').select('g.subject_id').whereRef('g.session_id', '=', 's.session_id'),
        )
        .$castTo<number>()
        .as('is_shared'),
    ]);
}

/** One session, deleted ones included: for administrators. */
export function* recordOfSession(db: Db, sessionId: string): Script<SessionRecord | undefined> {
  return yield* first(records(db).where('s.session_id', '=', sessionId));
}

/** One session as one of its members sees it; undefined when there is none, it is deleted, or it is not theirs. */
export const memberSession = query(function* (
  db: Db,
  args: { sessionId: string; userId: string },
): Script<MemberRecord | undefined> {
  return yield* sessionOfMember.first(db, args);
});

const sessionOfMember = statement<{ sessionId: string; userId: string }>()((db, slots) =>
  records(db)
    .innerJoin('session_members as m', 'm.session_id', 's.session_id')
    .select((eb) => eb.ref('m.level').$castTo<SessionLevel>().as('level'))
    .where('m.user_id', '=', slots.userId)
    .where('s.session_id', '=', slots.sessionId)
    .where('s.deleted_at', 'is', null),
);

/** Whether a user owns a session, deleted ones included. */
export const ownsSession = query(function* (db: Db, args: { sessionId: string; userId: string }): Script<boolean> {
  const row = yield* first(
    db
      .selectFrom('session_members')
      .select('level')
      .where('session_id', '=', args.sessionId)
      .where('user_id', '=', args.userId)
      .where('level', '=', 'owner'),
  );
  return row !== undefined;
});

/** Whether there is such a session at all, deleted ones included: for administrators. */
export const sessionExists = query(function* (db: Db, args: { sessionId: string }): Script<boolean> {
  const row = yield* first(
    db.selectFrom('user_sessions').select('session_id').where('session_id', '=', args.sessionId),
  );
  return row !== undefined;
});

/** The sessions a user owns, those in the bin too, in the order of their ids. */
export const ownedSessions = query(function* (
  db: Db,
  args: { userId: string; after: string; limit: number },
): Script<SessionRecord[]> {
  return yield* all(
    records(db)
      .where('s.user_id', '=', args.userId)
      .where('s.erase_at', 'is', null)
      .where('s.session_id', '>', args.after)
      .orderBy('s.session_id')
      .limit(args.limit),
  );
});

/** Sessions changed after `afterRev`, oldest change first. Index: user_sessions_rev. */
export const changedSessions = query(function* (
  db: Db,
  args: { afterRev: number; limit: number },
): Script<SessionRecord[]> {
  return yield* recordsChanged.all(db, args);
});

const recordsChanged = statement<{ afterRev: number; limit: number }>()((db, slots) =>
  records(db).where('s.rev', '>', slots.afterRev).orderBy('s.rev').limit(slots.limit),
);

/** The newest change of any session. */
export const newestRev = query(function* (db: Db, _args: Record<string, never>): Script<number> {
  const row = yield* first(db.selectFrom('user_sessions').select((eb) => eb.fn.max('rev').as('rev')));
  return row?.rev ?? 0;
});

/** Which of these sessions a user is a member of, and at which level. */
export const membershipsAmong = query(function* (
  db: Db,
  args: { userId: string; sessionIds: readonly string[] },
): Script<{ session_id: string; level: SessionLevel }[]> {
  if (args.sessionIds.length === 0) return [];
  return yield* all(
    db
      .selectFrom('session_members')
      .select((eb) => ['session_id', eb.ref('level').$castTo<SessionLevel>().as('level')])
      .where('user_id', '=', args.userId)
      .where('session_id', 'in', [...args.sessionIds]),
  );
});

/** Which of these people are members of which of these sessions. Index: the primary key. */
export const membersAmong = query(function* (
  db: Db,
  args: { sessionIds: readonly string[]; userIds: readonly string[] },
): Script<{ session_id: string; user_id: string }[]> {
  if (args.sessionIds.length === 0 || args.userIds.length === 0) return [];
  return yield* all(
    db
      .selectFrom('session_members')
      .select(['session_id', 'user_id'])
      .where('user_id', 'in', [...args.userIds])
      .where('session_id', 'in', [...args.sessionIds]),
  );
});

/** What a person's own sessions are tagged with, a row for each that has tags, at most so many. */
export const tagsOfSessions = query(function* (
  db: Db,
  args: { userId: string; limit: number },
): Script<{ tags: string }[]> {
  return yield* all(
    db
      .selectFrom('user_sessions as s')
      .innerJoin('session_members as m', 'm.session_id', 's.session_id')
      .select('s.tags')
      .where('m.user_id', '=', args.userId)
      .where('m.level', '=', 'owner')
      .where('s.deleted_at', 'is', null)
      .where('s.tags', '!=', '[]')
      .orderBy('s.last_activity', 'desc')
      .limit(args.limit),
  );
});
