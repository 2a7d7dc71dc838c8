import { type RawBuilder, sql } from 'kysely';
import type { AdminSessionSort, AdminSessionStatus } from '../../contract/admin.ts';
import { query } from '../command.ts';
import { encodeJson } from '../json.ts';
import { all, type Db, first, type Script } from '../script.ts';
import { hasStatus, type SessionStatus, sessionStatus } from '../session-status.ts';
import { contains } from './contains.ts';
import { type GoingOn, goesOn } from './goes-on.ts';
import { records, type SessionRecord } from './session-rows.ts';

/** A place in a list: its rows are in the descending order of a value, and of the session's id where that is the same. */
export type Keyset = { value: string | number; sessionId: string };

export type AdminFilter = { username?: string; agentId?: string; status: AdminSessionStatus };

/** A list is one of these, or several merged. Other than a status, they have no deleted session. */
export type ListPart = SessionStatus | 'archived' | GoingOn;

export type ListPlace = { sort: AdminSessionSort; after?: Keyset; limit: number };

/** The administrator's list, keyset-paged. Indexes: user_sessions_activity, _created, _messages, the same of an agent and of what is
 *  archived, and _user_activity. What goes on is found by its turns, and sorted. */
export const adminSessions = query(function* (db: Db, args: AdminFilter & ListPlace): Script<SessionRecord[]> {
  const stretch = yield* stretchOf(db, args);
  return stretch ? yield* all(recordsIn(db, sessionKeys(db, { ...args, ...stretch }), args.limit)) : [];
});

/** How many sessions a filter finds: all of a status are known, others are counted to `upTo` at most. */
export const countAdminSessions = query(function* (db: Db, args: AdminFilter & { upTo: number }): Script<number> {
  const statuses = partsOf(args.status).filter(isStatus);
  if (args.username === undefined && args.agentId === undefined && statuses.length > 0) {
    const codes = statuses.map((each) => sessionStatus[each]);
    const row = yield* first(
      db
        .selectFrom('session_counts')
        .select((eb) => eb.fn.sum<number>('sessions').as('count'))
        .where('status', 'in', codes),
    );
    return row?.count ?? 0;
  }
  const stretch = yield* stretchOf(db, args);
  if (!stretch) return 0;
  let found = 0;
  for (const part of stretch.parts) {
    // In an order, so that an index is read and not the table, however common the planner thinks an agent to be.
    const order = { sort: 'last_activity', limit: args.upTo - found } as const;
    const [some] = sessionKeys(db, { ...stretch, ...order, parts: [part] });
    if (!some) continue;
    const row = yield* first(db.selectFrom(some.as('some')).select((eb) => eb.fn.countAll<number>().as('count')));
    found += row?.count ?? 0;
    if (found >= args.upTo) break;
  }
  return found;
});

/** What a member looks for among their sessions. */
type Narrowing = { q?: string; tag?: string };

/** A member's sessions, newest activity first: their own, and those that others let them see. Indexes: user_sessions_user_activity,
 *  session_members_shared. A search does not find temporary ones. */
export const memberSessions = query(function* (db: Db, args: MemberList): Script<SessionRecord[]> {
  return yield* all(recordsIn(db, memberKeys(db, args), args.limit));
});

type MemberList = { userId: string; after?: Keyset; limit: number } & Narrowing;

/** The keys of a member's list: their own, and those that others let them see. */
export function memberKeys(db: Db, { userId, q, tag, after, limit }: MemberList) {
  const own = sessionKeys(db, {
    parts: ['active', 'inactive'],
    userId,
    sort: 'last_activity',
    limit,
    ...(q !== undefined && { q }),
    ...(tag !== undefined && { tag }),
    ...(after && { after }),
  });
  let shared = db
    .selectFrom('session_members as m')
    .innerJoin('user_sessions as k', 'k.session_id', 'm.session_id')
    .select(['k.session_id', sql.ref<string | number>('k.last_activity').as('value')])
    .where('m.user_id', '=', userId)
    .where('m.level', '<>', sql.lit('owner'))
    .where('k.deleted_at', 'is', null)
    .orderBy('k.last_activity', 'desc')
    .orderBy('k.session_id', 'desc')
    .limit(sql.lit(limit));
  if (q !== undefined) shared = shared.where(contains('k.title', q)).where('k.temporary_until', 'is', null);
  if (after) shared = shared.where(isAfter(sql.ref('k.last_activity'), after));
  // Tags are the owner's own words.
  return tag === undefined ? [...own, shared] : own;
}

/** What a filter leaves of the indexes' order; undefined when nobody is called so. */
export function* stretchOf(
  db: Db,
  { status, username, agentId }: AdminFilter,
): Script<{ parts: ListPart[]; userId?: string; agentId?: string } | undefined> {
  const parts = partsOf(status);
  const agent = agentId === undefined ? {} : { agentId };
  if (username === undefined) return { parts, ...agent };
  const user = yield* first(db.selectFrom('users').select('id').where('username_key', '=', username.toLowerCase()));
  return user && { parts, userId: user.id, ...agent };
}

const partsOf = (status: AdminSessionStatus): ListPart[] =>
  status === 'all' ? ['active', 'inactive', 'deleted'] : [status];

export const isStatus = (part: ListPart): part is SessionStatus => part in sessionStatus;

const sortColumns = {
  last_activity: 'k.last_activity',
  created_at: 'k.created_at',
  chat_messages: 'k.message_count',
} as const;

type Stretch = { userId?: string; agentId?: string };

/** The first ids from a place on, and what they are ordered by, of each status: each is a stretch of an index. */
export function sessionKeys(db: Db, args: Stretch & ListPlace & { parts: readonly ListPart[] } & Narrowing) {
  const { parts, sort, after, limit, q, tag, ...stretch } = args;
  return parts.map((part) => {
    const column = orderOf(sort, { ...stretch, part });
    let keys = filteredKeys(db, { ...stretch, part })
      .select(['k.session_id', column.as('value')])
      .orderBy(column, 'desc')
      .orderBy('k.session_id', 'desc')
      // As a literal: with a number it is told later, PostgreSQL plans for a tenth of all rows.
      .limit(sql.lit(limit));
    if (q !== undefined) keys = keys.where(contains('k.title', q)).where('k.temporary_until', 'is', null);
    if (tag !== undefined) keys = keys.where(isTagged(tag));
    return after ? keys.where(isAfter(column, after)) : keys;
  });
}

type Keys = ReturnType<typeof sessionKeys>[number];

/** The first of several lists of keys together. */
export function keysIn(db: Db, lists: readonly Keys[], limit: number) {
  const [first, ...rest] = lists.map((keys) => db.selectFrom(keys.as('some')).selectAll());
  if (!first) throw new Error('a list has keys');
  return rest
    .reduce((union, each) => union.unionAll(each), first)
    .orderBy('value', 'desc')
    .orderBy('session_id', 'desc')
    .limit(sql.lit(limit));
}

function recordsIn(db: Db, lists: readonly Keys[], limit: number) {
  return records(db)
    .innerJoin(keysIn(db, lists, limit).as('k'), 'k.session_id', 's.session_id')
    .orderBy('k.value', 'desc')
    .orderBy('s.session_id', 'desc');
}

/** The ids of all sessions in which something goes on. */
export function* sessionsWith(db: Db, part: GoingOn): Script<string[]> {
  const rows = yield* all(filteredKeys(db, { part }).select('k.session_id'));
  return rows.map((row) => row.session_id);
}

type Filtered = Stretch & { part: ListPart };

function filteredKeys(db: Db, filter: Filtered) {
  const { userId, agentId } = filter;
  let keys = db.selectFrom('user_sessions as k').where(isIn(db, filter));
  if (userId !== undefined) keys = keys.where('k.user_id', '=', userId);
  if (agentId === undefined) return keys;
  if (userId === undefined && isStatus(filter.part)) return keys.where('k.active_agent_id', '=', agentId);
  // As an expression, so that no index of agents is taken: a person has fewer sessions than an agent, and so has what is archived or goes on.
  return keys.where((eb) => eb(eb.fn.coalesce('k.active_agent_id', sql.lit('')), '=', agentId));
}

function isIn(db: Db, { part, userId }: Filtered): RawBuilder<boolean> {
  if (isStatus(part)) return hasStatus('k', part);
  if (part !== 'archived') return sql<boolean>`k.deleted_at is null and ${goesOn(db, part)}`;
  // Word for word as the indexes have it; as an expression for a person, whose sessions are fewer.
  const archived = userId === undefined ? sql`k.archived` : sql`coalesce(k.archived, 0)`;
  return sql<boolean>`k.deleted_at is null and ${archived} = 1`;
}

/** What a list is ordered by. A person's sessions are in the order of their activity in an index; other orders of them are sorted, and as an
 *  expression no index of all people's sessions is taken for them. So is what goes on. */
function orderOf(sort: AdminSessionSort, { userId, part }: Filtered): RawBuilder<string | number> {
  const column = sql.ref<string | number>(sortColumns[sort]);
  const isIndexed =
    userId === undefined ? isStatus(part) || part === 'archived' : isStatus(part) && sort === 'last_activity';
  return isIndexed ? column : sql`coalesce(${column}, ${sql.lit(sort === 'chat_messages' ? 0 : '')})`;
}

/** In JSON a quotation mark within a tag has a backslash before it, so the marks around one are its own. */
const isTagged = (tag: string) => contains('k.tags', encodeJson(tag));

/** Further down than a place, as one range of an index. */
function isAfter(column: RawBuilder<string | number>, { value, sessionId }: Keyset) {
  return sql<boolean>`(${column}, ${sql.ref('k.session_id')}) < (${value}, ${sessionId})`;
}
