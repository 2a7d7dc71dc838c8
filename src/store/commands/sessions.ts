import { command } from '../command.ts';
import { encodeJson } from '../json.ts';
import { type AgentAccess, agentAccess } from '../queries/access.ts';
import { all, type Db, first, run, type Script } from '../script.ts';
import type { DraftEvent } from './append-events.ts';
import { appendEvents, nextRev } from './append-events.ts';
import { insertSession, type NewSession } from './insert-session.ts';
import { type Change, recordAudit } from './record-audit.ts';
import { cancelUnfinishedTurns } from './turn-end.ts';

export type CreateSessionArgs = Change & NewSession & { userId: string; origin: 'web' | 'api' };

/** The session's row and its owner's membership, with an agent that the owner may use at this moment. */
export const createSession = command(['sessions'], function* (db: Db, args: CreateSessionArgs): Script<
  'created' | 'agent_unavailable'
> {
  const [agent] = yield* agentAccess.run(db, { userId: args.userId, agentIds: [args.agentId] });
  if (!agent) return 'agent_unavailable';
  yield* insertSession(db, args);
  yield* run(
    db
      .insertInto('session_members')
      .values({ session_id: args.sessionId, user_id: args.userId, level: 'owner', added_at: args.at }),
  );
  return 'created';
});

export type UpdateSessionArgs = Change & {
  sessionId: string;
  /** Whether the corpora are a person's own choice, which their next session begins with; a program's are not. */
  isOwnChoice?: boolean;
  changes: {
    title?: string;
    /** One that whoever changes it may use. */
    agentId?: string;
    corpora?: readonly string[];
    archived?: boolean;
    pinned?: boolean;
    tags?: readonly string[];
  };
};

/** Changes a session's own fields and records them in its log. An agent that it has already is no change. */
export const updateSession = command(['sessions', 'log'], function* (db: Db, args: UpdateSessionArgs): Script<
  'updated' | 'not_found' | 'inactive' | 'agent_unavailable'
> {
  const session = yield* first(
    db
      .selectFrom('user_sessions as s')
      .leftJoin('agents as a', 'a.id', 's.active_agent_id')
      .select(['s.is_active', 's.deleted_at', 's.active_agent_id', 'a.name as agent_name'])
      .where('s.session_id', '=', args.sessionId),
  );
  if (!session || session.deleted_at) return 'not_found';
  if (session.is_active === 0) return 'inactive';
  const { title, agentId, corpora, archived, pinned, tags } = args.changes;
  const wanted = agentId === undefined ? undefined : yield* usable(db, args, agentId);
  if (agentId !== undefined && !wanted) return 'agent_unavailable';
  const agent = wanted?.id === session.active_agent_id ? undefined : wanted;
  const others = [title, corpora, archived, pinned, tags];
  if (wanted && !agent && others.every((each) => each === undefined)) return 'updated';
  yield* run(
    db
      .updateTable('user_sessions')
      .set({
        rev: nextRev,
        ...(title !== undefined && { title, title_is_set: 1 as const }),
        ...(agent && { active_agent_id: agent.id }),
        ...(corpora && { corpora: encodeJson(corpora) }),
        ...(archived !== undefined && { archived: archived ? (1 as const) : (0 as const) }),
        ...(pinned !== undefined && { pinned: pinned ? (1 as const) : (0 as const) }),
        ...(tags && { tags: encodeJson(tags) }),
      })
      .where('session_id', '=', args.sessionId),
  );
  if (corpora && args.isOwnChoice && args.by.userId !== null) {
    yield* run(
      db
        .updateTable('users')
        .set({ default_corpora: encodeJson(corpora) })
        .where('id', '=', args.by.userId),
    );
  }
  const event: DraftEvent = {
    type: 'session_updated',
    payload: {
      ...(title !== undefined && { title }),
      ...(agent && {
        agent: { id: agent.id, name: agent.name },
        agent_before: { id: session.active_agent_id, name: session.agent_name ?? session.active_agent_id },
      }),
      ...(corpora && { corpora: [...corpora] }),
      ...(archived !== undefined && { archived }),
      ...(pinned !== undefined && { pinned }),
      ...(tags && { tags: [...tags] }),
    },
  };
  yield* appendEvents(db, {
    sessionId: args.sessionId,
    events: [event],
    at: args.at,
    actor: args.by.userId ?? 'system',
  });
  return 'updated';
});

function* usable(db: Db, { by: { userId } }: Change, agentId: string): Script<AgentAccess | undefined> {
  if (userId === null) return undefined;
  return (yield* agentAccess.run(db, { userId, agentIds: [agentId] }))[0];
}

/** Marks a session deleted and cancels its turns. Deleting again changes nothing. */
export const deleteSession = command(
  ['sessions', 'log', 'turns'],
  function* (db: Db, args: Change & { sessionId: string }): Script<void> {
    const session = yield* first(
      db
        .updateTable('user_sessions')
        .set({ deleted_at: args.at, rev: nextRev })
        .where('session_id', '=', args.sessionId)
        .where('deleted_at', 'is', null)
        .returning('session_id'),
    );
    if (session) yield* cancelUnfinishedTurns(db, { sessionId: args.sessionId, at: args.at, code: 'session_deleted' });
  },
);

/** Stops every turn of a session, queued ones too, and leaves the session open. Gives how many turns were stopped. */
export const stopSessionTurns = command(
  ['sessions', 'log', 'turns', 'audit'],
  function* (db: Db, args: Change & { sessionId: string; code: string }): Script<number> {
    const turns = yield* cancelUnfinishedTurns(db, args);
    if (turns === 0) return 0;
    yield* recordAudit(db, {
      ...args,
      action: 'session.stopped',
      object: { kind: 'session', id: args.sessionId },
      facts: { turns },
    });
    return turns;
  },
);

/** Ends sessions by id, or all of one user: reading stays, turns are cancelled. Gives the ids that changed. */
export const invalidateSessions = command(
  ['sessions', 'log', 'turns', 'audit'],
  function* (db: Db, args: Change & { sessionIds?: readonly string[]; username?: string }): Script<string[]> {
    let chosen = db
      .selectFrom('user_sessions')
      .select('user_sessions.session_id')
      .where('user_sessions.is_active', '=', 1)
      .where('user_sessions.deleted_at', 'is', null);
    if (args.sessionIds) chosen = chosen.where('user_sessions.session_id', 'in', [...args.sessionIds]);
    if (args.username !== undefined) {
      chosen = chosen
        .innerJoin('users', 'users.id', 'user_sessions.user_id')
        .where('users.username_key', '=', args.username.toLowerCase());
    }
    const rows = yield* all(chosen);
    for (const { session_id } of rows) {
      yield* run(
        db.updateTable('user_sessions').set({ is_active: 0, rev: nextRev }).where('session_id', '=', session_id),
      );
      const turns = yield* cancelUnfinishedTurns(db, {
        sessionId: session_id,
        at: args.at,
        code: 'session_inactive',
      });
      yield* appendEvents(db, {
        sessionId: session_id,
        events: [{ type: 'session_updated', payload: { is_active: false } }],
        at: args.at,
        actor: args.by.userId ?? 'system',
      });
      yield* recordAudit(db, {
        ...args,
        action: 'session.invalidated',
        object: { kind: 'session', id: session_id },
        facts: { turns },
      });
    }
    return rows.map((row) => row.session_id);
  },
);
