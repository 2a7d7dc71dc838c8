import { command } from '../command.ts';
import { encodeJson } from '../json.ts';
import { mustKeepSession } from '../holds/held.ts';
import { type AdkSessionKey, type AdkStateRows, findAdkSession, readAdkState } from '../queries/adk-sessions.ts';
import { type Db, first, run, type Script } from '../script.ts';
import { appendEvents, type DraftEvent, nextRev } from './append-events.ts';
import { insertSession } from './insert-session.ts';
import { type AdkEventRow, putAdkEvents } from './put-adk-events.ts';

/** Changed keys of the three scopes, values as plain JSON values. */
export type AdkStateChanges = Record<'session' | 'user' | 'app', { key: string; value: unknown }[]>;

export type CreateAdkSessionArgs = AdkSessionKey & {
  sessionId: string;
  agentId: string;
  title: string;
  state: AdkStateChanges;
  /** The same moment, as time and in milliseconds since 1970. */
  at: string;
  atMs: number;
};

/** A session kept for an ADK program: no user owns it. Gives the state it sees, or undefined when the name is taken. */
export const createAdkSession = command(['sessions'], function* (db: Db, args: CreateAdkSessionArgs): Script<
  AdkStateRows | undefined
> {
  if (yield* findAdkSession(db, args)) return undefined;
  yield* forget(db, args);
  const { sessionId, agentId, title, at } = args;
  yield* insertSession(db, {
    sessionId,
    userId: null,
    agentId,
    title,
    titleIsSet: false,
    corpora: [],
    origin: 'adk',
    at,
  });
  yield* run(
    db.insertInto('adk_sessions').values({
      app_name: args.appName,
      user_key: args.userKey,
      adk_session_id: args.adkSessionId,
      session_id: args.sessionId,
      updated_ms: args.atMs,
    }),
  );
  yield* putState(db, args, args.sessionId, args.state);
  return yield* readAdkState(db, args, args.sessionId);
});

export type AppendAdkEventArgs = AdkSessionKey & {
  adkEvent: AdkEventRow;
  /** What follows from the event for our log. */
  events: readonly DraftEvent[];
  actor: string;
  state: AdkStateChanges;
  /** The event's own time, in milliseconds since 1970. */
  eventMs: number;
  at: string;
};

export type AppendAdkEventResult = 'appended' | 'replaced' | 'not_found' | 'inactive';

/** Keeps an event of an ADK program: the event, its state and our log's events, or nothing. An event whose id the session
 *  already has is replaced in its place, and our log stays as it is. */
export const appendAdkEvent = command(
  ['log', 'sessions'],
  function* (db: Db, args: AppendAdkEventArgs): Script<AppendAdkEventResult> {
    const session = yield* findAdkSession(db, args);
    if (!session) return 'not_found';
    if (session.is_active === 0) return 'inactive';
    const sessionId = session.session_id;
    const earlier = yield* first(
      db
        .selectFrom('adk_events')
        .select('ordinal')
        .where('session_id', '=', sessionId)
        .where('event_id', '=', args.adkEvent.eventId),
    );
    yield* putAdkEvents(db, { sessionId, turnId: null, events: [args.adkEvent] });
    yield* putState(db, args, sessionId, args.state);
    yield* run(db.updateTable('adk_sessions').set({ updated_ms: args.eventMs }).where('session_id', '=', sessionId));
    yield* appendEvents(db, { sessionId, events: earlier ? [] : args.events, at: args.at, actor: args.actor });
    return earlier ? 'replaced' : 'appended';
  },
);

/** Deletes a session by its ADK name. The name is free again, ADK's own rows are gone, our log stays with the deleted session.
 *  Deleting again changes nothing. */
export const deleteAdkSession = command(
  ['sessions', 'log'],
  function* (db: Db, args: AdkSessionKey & { at: string }): Script<void> {
    const session = yield* findAdkSession(db, args);
    yield* forget(db, args);
    if (!session) return;
    yield* run(
      db
        .updateTable('user_sessions')
        .set({ deleted_at: args.at, rev: nextRev })
        .where('session_id', '=', session.session_id),
    );
  },
);

/** Removes what a name stands for, also when its session was deleted by other means; of one under a legal hold the name alone. The user's and
 *  the app's state stay. */
function* forget(db: Db, key: AdkSessionKey): Script<void> {
  const named = yield* first(
    db
      .deleteFrom('adk_sessions')
      .where('app_name', '=', key.appName)
      .where('user_key', '=', key.userKey)
      .where('adk_session_id', '=', key.adkSessionId)
      .returning('session_id'),
  );
  if (!named || (yield* mustKeepSession(db, named.session_id))) return;
  yield* run(db.deleteFrom('adk_events').where('session_id', '=', named.session_id));
  yield* run(db.deleteFrom('session_state').where('session_id', '=', named.session_id));
}

/** One row a key, so that two writers of different keys never undo each other. */
function* putState(db: Db, key: AdkSessionKey, sessionId: string, state: AdkStateChanges): Script<void> {
  for (const each of state.session) {
    const value = encodeJson(each.value);
    yield* run(
      db
        .insertInto('session_state')
        .values({ session_id: sessionId, key: each.key, value })
        .onConflict((conflict) => conflict.columns(['session_id', 'key']).doUpdateSet({ value })),
    );
  }
  for (const each of state.user) {
    const value = encodeJson(each.value);
    yield* run(
      db
        .insertInto('user_state')
        .values({ app_name: key.appName, user_key: key.userKey, key: each.key, value })
        .onConflict((conflict) => conflict.columns(['app_name', 'user_key', 'key']).doUpdateSet({ value })),
    );
  }
  for (const each of state.app) {
    const value = encodeJson(each.value);
    yield* run(
      db
        .insertInto('app_state')
        .values({ app_name: key.appName, key: each.key, value })
        .onConflict((conflict) => conflict.columns(['app_name', 'key']).doUpdateSet({ value })),
    );
  }
}
