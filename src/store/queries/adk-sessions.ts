import { query } from '../command.ts';
import { decodeJson } from '../json.ts';
import { all, type Db, first, type Script } from '../script.ts';

/** The name an ADK program has for a session. Each part is any storable text. */
export type AdkSessionKey = { appName: string; userKey: string; adkSessionId: string };

/** One key of a scope; `value` is JSON text. */
export type AdkStateRow = { key: string; value: string };
export type AdkStateRows = { session: AdkStateRow[]; user: AdkStateRow[]; app: AdkStateRow[] };

export type AdkSessionRecord = {
  /** Milliseconds since 1970 of the last event, or of the creation. */
  updatedMs: number;
  state: AdkStateRows;
  /** In the order of their appending; `event` is the event's JSON. */
  events: { event_id: string; event: string }[];
};

/** How many events are read at once when the end of what is wanted is not known. */
const eventsAtOnce = 200;

/** The session that an ADK name stands for; undefined when there is none or it was deleted. A session made by anybody else has no such name. */
export function* findAdkSession(
  db: Db,
  key: AdkSessionKey,
): Script<{ session_id: string; updated_ms: number; is_active: 0 | 1 } | undefined> {
  return yield* first(
    db
      .selectFrom('adk_sessions as a')
      .innerJoin('user_sessions as s', 's.session_id', 'a.session_id')
      .select(['a.session_id', 'a.updated_ms', 's.is_active'])
      .where('a.app_name', '=', key.appName)
      .where('a.user_key', '=', key.userKey)
      .where('a.adk_session_id', '=', key.adkSessionId)
      .where('s.deleted_at', 'is', null),
  );
}

/** All that an ADK session sees: its own state, its user's and its app's. */
export function* readAdkState(db: Db, key: AdkSessionKey, sessionId: string): Script<AdkStateRows> {
  return {
    session: yield* all(db.selectFrom('session_state').select(['key', 'value']).where('session_id', '=', sessionId)),
    user: yield* all(
      db
        .selectFrom('user_state')
        .select(['key', 'value'])
        .where('app_name', '=', key.appName)
        .where('user_key', '=', key.userKey),
    ),
    app: yield* all(db.selectFrom('app_state').select(['key', 'value']).where('app_name', '=', key.appName)),
  };
}

/** An ADK session with its state and events: all, or the newest `maxEvents`, or those after the last event that is not
 *  later than `afterMs`, or what both leave. */
export const adkSession = query(function* (
  db: Db,
  args: AdkSessionKey & { maxEvents?: number; afterMs?: number },
): Script<AdkSessionRecord | undefined> {
  const session = yield* findAdkSession(db, args);
  if (!session) return undefined;
  return {
    updatedMs: session.updated_ms,
    state: yield* readAdkState(db, args, session.session_id),
    events: yield* newestEvents(db, session.session_id, args.maxEvents ?? Infinity, args.afterMs ?? -Infinity),
  };
});

function* newestEvents(
  db: Db,
  sessionId: string,
  maxEvents: number,
  afterMs: number,
): Script<{ event_id: string; event: string }[]> {
  const found: { event_id: string; event: string }[] = [];
  let before = Number.MAX_SAFE_INTEGER;
  while (found.length < maxEvents) {
    const limit = Math.min(eventsAtOnce, maxEvents - found.length);
    const rows = yield* all(
      db
        .selectFrom('adk_events')
        .select(['event_id', 'event', 'ordinal'])
        .where('session_id', '=', sessionId)
        .where('ordinal', '<', before)
        .orderBy('ordinal', 'desc')
        .limit(limit),
    );
    for (const { event_id, event, ordinal } of rows) {
      if (afterMs !== -Infinity && decodeJson<{ timestamp: number }>(event).timestamp <= afterMs) {
        return found.toReversed();
      }
      found.push({ event_id, event });
      before = ordinal;
    }
    if (rows.length < limit) break;
  }
  return found.toReversed();
}

/** An app's ADK sessions, of one user or of all, by the time of their last event, then by id, with the total. Index: the primary key's first columns. */
export const adkSessions = query(function* (
  db: Db,
  args: { appName: string; userKey?: string; order: 'asc' | 'desc'; offset: number; limit?: number },
): Script<{ total: number; sessions: { user_key: string; adk_session_id: string; updated_ms: number }[] }> {
  let found = db
    .selectFrom('adk_sessions as a')
    .innerJoin('user_sessions as s', 's.session_id', 'a.session_id')
    .where('a.app_name', '=', args.appName)
    .where('s.deleted_at', 'is', null);
  if (args.userKey !== undefined) found = found.where('a.user_key', '=', args.userKey);
  const counted = yield* first(found.select((eb) => eb.fn.countAll<number>().as('count')));
  const sessions = yield* all(
    found
      .select(['a.user_key', 'a.adk_session_id', 'a.updated_ms'])
      .orderBy('a.updated_ms', args.order)
      .orderBy('a.adk_session_id')
      .orderBy('a.user_key')
      .limit(args.limit ?? Number.MAX_SAFE_INTEGER)
      .offset(args.offset),
  );
  return { total: counted?.count ?? 0, sessions };
});
