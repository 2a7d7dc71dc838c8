import { sql } from 'kysely';
import type { AdminSessionSort } from '../../contract/admin.ts';
import { query } from '../command.ts';
import { contains } from './contains.ts';
import { all, type Db, first, type Script, statement } from '../script.ts';

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
  running: number;
};

function records(db: Db) {
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
    ]);
}

/** One session as one of its members sees it; undefined when there is none, it is deleted, or it is not theirs. */
export const memberSession = query(function* (
  db: Db,
  args: { sessionId: string; userId: string },
): Script<(SessionRecord & { level: 'owner' | 'write' | 'read' }) | undefined> {
  return yield* sessionOfMember.first(db, args);
});

const sessionOfMember = statement<{ sessionId: string; userId: string }>()((db, slots) =>
  records(db)
    .innerJoin('session_members as m', 'm.session_id', 's.session_id')
    .select((eb) => eb.ref('m.level').$castTo<'owner' | 'write' | 'read'>().as('level'))
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

/** A place in a list ordered by a value and then by session id. */
export type Keyset = { value: string | number; sessionId: string };

/** A member's sessions, newest activity first. */
export const memberSessions = query(function* (
  db: Db,
  args: { userId: string; q?: string; after?: Keyset; limit: number },
): Script<SessionRecord[]> {
  let list = records(db)
    .innerJoin('session_members as m', 'm.session_id', 's.session_id')
    .where('m.user_id', '=', args.userId)
    .where('s.deleted_at', 'is', null)
    .orderBy('s.last_activity', 'desc')
    .orderBy('s.session_id')
    .limit(args.limit);
  const { q, after } = args;
  if (q !== undefined) list = list.where(contains('s.title', q));
  if (after) {
    const value = String(after.value);
    list = list.where((eb) =>
      eb.or([
        eb('s.last_activity', '<', value),
        eb.and([eb('s.last_activity', '=', value), eb('s.session_id', '>', after.sessionId)]),
      ]),
    );
  }
  return yield* all(list);
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

export type AdminFilter = {
  q?: string;
  username?: string;
  agentId?: string;
  status: 'active' | 'inactive' | 'deleted' | 'all';
};

const sortColumns = {
  last_activity: 's.last_activity',
  created_at: 's.created_at',
  chat_messages: 's.message_count',
} as const;

/** The administrator's list, keyset-paged. Indexes: user_sessions_activity, _created, _messages. */
export const adminSessions = query(function* (
  db: Db,
  args: AdminFilter & { sort: AdminSessionSort; after?: Keyset; limit: number },
): Script<SessionRecord[]> {
  const column = sortColumns[args.sort];
  const { after } = args;
  let list = filtered(records(db), args).orderBy(column, 'desc').orderBy('s.session_id').limit(args.limit);
  if (after) {
    list = list.where((eb) =>
      eb.or([
        eb(column, '<', after.value),
        eb.and([eb(column, '=', after.value), eb('s.session_id', '>', after.sessionId)]),
      ]),
    );
  }
  return yield* all(list);
});

/** How many sessions a filter finds, counted to `upTo` at most. */
export const countAdminSessions = query(function* (db: Db, args: AdminFilter & { upTo?: number }): Script<number> {
  let found = filtered(records(db), args).clearSelect().select('s.session_id');
  if (args.upTo !== undefined) found = found.limit(args.upTo);
  const row = yield* first(db.selectFrom(found.as('found')).select((eb) => eb.fn.countAll<number>().as('count')));
  return row?.count ?? 0;
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

/** Which of these sessions a user is a member of. */
export const membershipsAmong = query(function* (
  db: Db,
  args: { userId: string; sessionIds: readonly string[] },
): Script<string[]> {
  if (args.sessionIds.length === 0) return [];
  const rows = yield* all(
    db
      .selectFrom('session_members')
      .select('session_id')
      .where('user_id', '=', args.userId)
      .where('session_id', 'in', [...args.sessionIds]),
  );
  return rows.map((row) => row.session_id);
});

function filtered(list: ReturnType<typeof records>, filter: AdminFilter): ReturnType<typeof records> {
  let found = list;
  const { q, username, agentId, status } = filter;
  if (status === 'active') found = found.where('s.is_active', '=', 1).where('s.deleted_at', 'is', null);
  if (status === 'inactive') found = found.where('s.is_active', '=', 0).where('s.deleted_at', 'is', null);
  if (status === 'deleted') found = found.where('s.deleted_at', 'is not', null);
  if (username !== undefined) found = found.where('u.username_key', '=', username.toLowerCase());
  if (agentId !== undefined) found = found.where('s.active_agent_id', '=', agentId);
  if (q !== undefined) {
    found = found.where((eb) =>
      eb.or([contains('s.title', q), contains('u.username', q), contains('s.session_id', q)]),
    );
  }
  return found;
}
