import { type RawBuilder, sql } from 'kysely';
import type { TurnState, Usage } from '../../contract/events.ts';
import { command } from '../command.ts';
import { decodeJson, encodeJson } from '../json.ts';
import type { Schema } from '../schema.ts';
import { type Db, first, run, type Script, statement } from '../script.ts';
import { appendEvents, type DraftEvent, shownText, unfinishedStates } from './append-events.ts';
import { endingTurnColumns, endTurnPartially } from './turn-end.ts';

export type AdkEventRow = { eventId: string; event: Record<string, unknown> };

export type AcceptTurnArgs = {
  turnId: string;
  sessionId: string;
  authorUserId: string;
  clientTurnId: string;
  /** Over everything the client sent but the id: the same id with another hash is refused. */
  requestHash: string;
  text: string;
  corpora: readonly string[];
  parentTurnId: string | null;
  replacesTurnId: string | null;
  /** The title taken from the message, should nobody have named the session. */
  title: string;
  adkEvent: AdkEventRow;
  maxQueuedInSession: number;
  /** Whether the author may use the session's agent at this moment. */
  agentIsUsable: boolean;
  at: string;
};

export type AcceptTurnResult =
  | { outcome: 'accepted' | 'repeated'; turnId: string; seq: number; state: TurnState }
  | { outcome: 'not_found' | 'inactive' | 'agent_unavailable' | 'id_reused' | 'unknown_turn' | 'queue_full' };

/** Stores a message once: the event, its queued turn, counters, title and ADK's own event, or nothing. */
export const acceptTurn = command(
  ['log', 'sessions', 'turns'],
  function* (db: Db, args: AcceptTurnArgs): Script<AcceptTurnResult> {
    const session = yield* sessionToWrite.first(db, { sessionId: args.sessionId, userId: args.authorUserId });
    if (!session) return { outcome: 'not_found' };
    const earlier = yield* turnOfClient.first(db, {
      sessionId: args.sessionId,
      userId: args.authorUserId,
      clientTurnId: args.clientTurnId,
    });
    if (earlier) {
      if (earlier.request_hash !== args.requestHash) return { outcome: 'id_reused' };
      const state = earlier.state as TurnState;
      return { outcome: 'repeated', turnId: earlier.turn_id, seq: earlier.message_seq, state };
    }
    if (session.is_active === 0) return { outcome: 'inactive' };
    if (session.agent_id === null || !args.agentIsUsable) return { outcome: 'agent_unavailable' };
    for (const named of [args.parentTurnId, args.replacesTurnId]) {
      if (named === null) continue;
      const known = yield* first(
        db.selectFrom('turns').select('turn_id').where('turn_id', '=', named).where('session_id', '=', args.sessionId),
      );
      if (!known) return { outcome: 'unknown_turn' };
    }
    const waiting = yield* countQueued.first(db, { sessionId: args.sessionId });
    if ((waiting?.count ?? 0) >= args.maxQueuedInSession) return { outcome: 'queue_full' };

    const turnNo = session.last_turn_no + 1;
    const seq = session.last_seq + 1;
    yield* insertQueuedTurn.run(db, {
      turn_id: args.turnId,
      session_id: args.sessionId,
      turn_no: turnNo,
      parent_turn_id: args.parentTurnId,
      replaces_turn_id: args.replacesTurnId,
      author_user_id: args.authorUserId,
      client_turn_id: args.clientTurnId,
      request_hash: args.requestHash,
      agent_id: session.active_agent_id,
      corpora: encodeJson(args.corpora),
      message_seq: seq,
      created_at: args.at,
    });
    const takesTitle = session.title_is_set === 0 && turnNo === 1;
    yield* setTurnNo.run(db, { sessionId: args.sessionId, turnNo, title: takesTitle ? args.title : null });
    yield* appendEvents(db, {
      sessionId: args.sessionId,
      events: [
        {
          type: 'user_message',
          payload: {
            client_turn_id: args.clientTurnId,
            author_user_id: args.authorUserId,
            text: args.text,
            corpora: [...args.corpora],
            parent_turn_id: args.parentTurnId,
            replaces_turn_id: args.replacesTurnId,
          },
        },
        { type: 'turn_state', payload: { state: 'queued', attempt: 0 } },
      ],
      at: args.at,
      actor: args.authorUserId,
      mark: { turnId: args.turnId, attempt: 0, fence: 0 },
    });
    yield* putAdkEvents(db, { sessionId: args.sessionId, turnId: args.turnId, events: [args.adkEvent] });
    return { outcome: 'accepted', turnId: args.turnId, seq, state: 'queued' };
  },
);

const sessionToWrite = statement<{ sessionId: string; userId: string }>()((db, slots) =>
  db
    .selectFrom('user_sessions as s')
    .innerJoin('session_members as m', (join) =>
      join.onRef('m.session_id', '=', 's.session_id').on('m.user_id', '=', slots.userId),
    )
    .leftJoin('agents as a', (join) => join.onRef('a.id', '=', 's.active_agent_id').on('a.is_active', '=', 1))
    .select(['s.is_active', 's.active_agent_id', 's.last_turn_no', 's.last_seq', 's.title_is_set', 'a.id as agent_id'])
    .where('s.session_id', '=', slots.sessionId)
    .where('s.deleted_at', 'is', null)
    .where('m.level', 'in', ['owner', 'write']),
);

const turnOfClient = statement<{ sessionId: string; userId: string; clientTurnId: string }>()((db, slots) =>
  db
    .selectFrom('turns')
    .select(['turn_id', 'request_hash', 'message_seq', 'state'])
    .where('session_id', '=', slots.sessionId)
    .where('author_user_id', '=', slots.userId)
    .where('client_turn_id', '=', slots.clientTurnId),
);

/** Turns run in order, so none before the newest that ever ran is queued: the count does not grow with a session's finished turns. */
const countQueued = statement<{ sessionId: string }>()((db, slots) =>
  db
    .selectFrom('turns')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('session_id', '=', slots.sessionId)
    .where('state', '=', 'queued')
    .where('turn_no', '>', (eb) =>
      eb
        .selectFrom('turns as ran')
        .select((ran) => ran.fn.coalesce(ran.fn.max('ran.turn_no'), sql.lit(0)).as('turn_no'))
        .where('ran.session_id', '=', slots.sessionId)
        .where('ran.attempt', '>', 0),
    ),
);

const insertQueuedTurn = statement<
  Pick<
    Schema['turns'],
    | 'turn_id'
    | 'session_id'
    | 'turn_no'
    | 'parent_turn_id'
    | 'replaces_turn_id'
    | 'author_user_id'
    | 'client_turn_id'
    | 'request_hash'
    | 'agent_id'
    | 'corpora'
    | 'message_seq'
    | 'created_at'
  >
>()((db, slots) =>
  db.insertInto('turns').values({
    turn_id: slots.turn_id,
    session_id: slots.session_id,
    turn_no: slots.turn_no,
    parent_turn_id: slots.parent_turn_id,
    replaces_turn_id: slots.replaces_turn_id,
    author_user_id: slots.author_user_id,
    client_turn_id: slots.client_turn_id,
    request_hash: slots.request_hash,
    agent_id: slots.agent_id,
    corpora: slots.corpora,
    state: 'queued',
    code: null,
    attempt: 0,
    fence: 0,
    step: 0,
    lease_owner: null,
    lease_boot: null,
    lease_until_ms: null,
    journal_from: 0,
    message_seq: slots.message_seq,
    created_at: slots.created_at,
    updated_at: slots.created_at,
  }),
);

const setTurnNo = statement<{ sessionId: string; turnNo: number; title: string | null }>()((db, slots) =>
  db
    .updateTable('user_sessions')
    .set((eb) => ({ last_turn_no: slots.turnNo, title: eb.fn.coalesce(slots.title, 'title') }))
    .where('session_id', '=', slots.sessionId),
);

/** Keeps exact ADK events. The same id again replaces the event in its place. */
export function* putAdkEvents(
  db: Db,
  args: { sessionId: string; turnId: string | null; events: readonly AdkEventRow[] },
): Script<void> {
  for (const { eventId, event } of args.events) {
    yield* putAdkEvent.run(db, {
      session_id: args.sessionId,
      event_id: eventId,
      turn_id: args.turnId,
      event: encodeJson(event),
    });
  }
}

const putAdkEvent = statement<Omit<Schema['adk_events'], 'ordinal'>>()((db, slots) =>
  db
    .insertInto('adk_events')
    .values({
      session_id: slots.session_id,
      event_id: slots.event_id,
      ordinal: sql<number>`(select coalesce(max(ordinal), 0) + 1 from adk_events where session_id = ${slots.session_id})`,
      turn_id: slots.turn_id,
      event: slots.event,
    })
    .onConflict((conflict) =>
      conflict.columns(['session_id', 'event_id']).doUpdateSet((eb) => ({ event: eb.ref('excluded.event') })),
    ),
);

/** A holder's place in time: `nowMs` and `untilMs` are readings of the machine's monotonic clock in the boot `bootId`. */
export type LeaseTime = { instanceId: string; bootId: string; nowMs: number; untilMs: number };

export type ClaimTurnArgs = {
  lease: LeaseTime;
  /** Owners whose presence lock could be taken: they are gone, whatever their lease says. */
  goneInstances: readonly string[];
  maxAttempts: number;
  /** Label of the model that the claimer answers with; a message it leaves unfinished names it. */
  model?: string;
  at: string;
};

export type ClaimedTurn = {
  turnId: string;
  sessionId: string;
  turnNo: number;
  attempt: number;
  fence: number;
  step: number;
  authorUserId: string;
  agentId: string;
  corpora: string[];
  /** What was already shown of the unfinished step by an earlier attempt. */
  shown: { text: string; cited: number[] };
};

/** Takes the oldest turn that nobody runs: one whose owner is gone first, then one that is queued behind no other.
 *  A turn that used up its attempts becomes `interrupted` with its text kept. Gives undefined when there is none. */
export const claimTurn = command(['log', 'sessions', 'turns'], function* (db: Db, args: ClaimTurnArgs): Script<
  ClaimedTurn | undefined
> {
  const { lease } = args;
  for (;;) {
    const { nowMs, bootId } = lease;
    const lost =
      args.goneInstances.length === 0
        ? yield* expiredTurn.first(db, { nowMs, bootId })
        : yield* first(lostTurns(db, { nowMs, bootId }, args.goneInstances));
    const turn = lost ?? (yield* nextQueuedTurn.first(db, {}));
    if (!turn) return undefined;
    if (turn.state === 'running' && turn.attempt >= args.maxAttempts) {
      yield* endTurnPartially(db, turn, { state: 'interrupted', code: 'too_many_attempts', at: args.at });
      continue;
    }
    const attempt = turn.attempt + 1;
    const fence = turn.fence + 1;
    const shown = turn.attempt > 0 ? yield* shownText(db, turn) : { text: '', attempt: 0, cited: [] };
    yield* takeTurn.run(db, {
      turnId: turn.turn_id,
      attempt,
      fence,
      owner: lease.instanceId,
      boot: lease.bootId,
      untilMs: lease.untilMs,
      at: args.at,
    });
    if (turn.attempt > 0) {
      yield* run(
        db
          .updateTable('turn_attempts')
          .set({ ended_at: args.at, outcome: 'lost' })
          .where('turn_id', '=', turn.turn_id)
          .where('attempt', '=', turn.attempt),
      );
    }
    yield* insertAttempt.run(db, {
      turnId: turn.turn_id,
      attempt,
      owner: lease.instanceId,
      model: args.model ?? null,
      at: args.at,
    });
    yield* appendEvents(db, {
      sessionId: turn.session_id,
      events: [{ type: 'turn_state', payload: { state: 'running', attempt } }],
      at: args.at,
      actor: 'system',
      mark: { turnId: turn.turn_id, attempt, fence },
    });
    return {
      turnId: turn.turn_id,
      sessionId: turn.session_id,
      turnNo: turn.turn_no,
      attempt,
      fence,
      step: turn.step,
      authorUserId: turn.author_user_id,
      agentId: turn.agent_id,
      corpora: decodeJson<string[]>(turn.corpora),
      shown: { text: shown.text, cited: shown.cited },
    };
  }
});

/** Running turns whose holder is gone or let its lease run out, the oldest first. Index: turns_unfinished. */
function lostTurns(
  db: Db,
  now: { nowMs: number | RawBuilder<number>; bootId: string | RawBuilder<string> },
  goneInstances: readonly string[],
) {
  return db
    .selectFrom('turns')
    .selectAll()
    .where('state', '=', sql.lit('running'))
    .where('state', 'in', unfinishedStates)
    .where((eb) =>
      eb.or([
        eb('lease_until_ms', '<', now.nowMs),
        eb('lease_boot', '!=', now.bootId),
        ...(goneInstances.length > 0 ? [eb('lease_owner', 'in', [...goneInstances])] : []),
      ]),
    )
    .orderBy('position')
    .limit(1);
}

const expiredTurn = statement<{ nowMs: number; bootId: string }>()((db, slots) => lostTurns(db, slots, []));

/** The oldest queued turn of a session in which none is under way; an earlier one of its session would stand before it.
 *  Indexes: turns_unfinished, turns_one_at_a_time. */
const nextQueuedTurn = statement<Record<string, never>>()((db) =>
  db
    .selectFrom('turns as t')
    .selectAll()
    .where('t.state', '=', sql.lit('queued'))
    .where('t.state', 'in', unfinishedStates)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('turns as o')
            .select('o.turn_id')
            .whereRef('o.session_id', '=', 't.session_id')
            .where('o.state', 'in', [sql.lit('running'), sql.lit('waiting_approval')]),
        ),
      ),
    )
    .orderBy('t.position')
    .limit(1),
);

const takeTurn = statement<{
  turnId: string;
  attempt: number;
  fence: number;
  owner: string;
  boot: string;
  untilMs: number;
  at: string;
}>()((db, slots) =>
  db
    .updateTable('turns')
    .set({
      state: 'running',
      attempt: slots.attempt,
      fence: slots.fence,
      lease_owner: slots.owner,
      lease_boot: slots.boot,
      lease_until_ms: slots.untilMs,
      updated_at: slots.at,
      journal_from: sql<number>`case when attempt = 0 then (select coalesce(max(id), 0) + 1 from turn_journal) else journal_from end`,
    })
    .where('turn_id', '=', slots.turnId),
);

const insertAttempt = statement<{
  turnId: string;
  attempt: number;
  owner: string;
  model: string | null;
  at: string;
}>()((db, slots) =>
  db.insertInto('turn_attempts').values({
    turn_id: slots.turnId,
    attempt: slots.attempt,
    instance_id: slots.owner,
    started_at: slots.at,
    ended_at: null,
    input_tokens: 0,
    output_tokens: 0,
    model: slots.model,
    outcome: null,
  }),
);

/** Extends the leases an instance still holds; gives the turns it holds. One missing from the answer is lost. */
export const renewTurnLeases = command(
  [],
  function* (db: Db, args: { lease: LeaseTime; held: readonly { turnId: string; fence: number }[] }): Script<string[]> {
    const kept: string[] = [];
    for (const { turnId, fence } of args.held) {
      const row = yield* renewLease.first(db, { turnId, fence, untilMs: args.lease.untilMs });
      if (row) kept.push(row.turn_id);
    }
    return kept;
  },
);

const renewLease = statement<{ turnId: string; fence: number; untilMs: number }>()((db, slots) =>
  db
    .updateTable('turns')
    .set({ lease_until_ms: slots.untilMs })
    .where('turn_id', '=', slots.turnId)
    .where('fence', '=', slots.fence)
    .where('state', '=', 'running')
    .returning('turn_id'),
);

export type AppendTurnArgs = {
  turnId: string;
  fence: number;
  events: readonly DraftEvent[];
  adkEvents: readonly AdkEventRow[];
  /** The step that is unfinished after these events. */
  nextStep: number;
  usage: Usage;
  model: string;
  /** Ends the turn with these events. `partial` first keeps the text shown so far as a partial message. */
  end?: { state: 'done' } | { state: 'failed' | 'interrupted'; code: string };
  at: string;
};

/** Stores what a running turn made, if its fence still holds: its events, ADK's, and the end. False: the turn is no longer the caller's. */
export const appendTurnEvents = command(
  ['log', 'sessions', 'turns'],
  function* (db: Db, args: AppendTurnArgs): Script<boolean> {
    const turn = yield* heldTurn.first(db, { turnId: args.turnId, fence: args.fence });
    if (!turn) return false;
    const mark = { turnId: args.turnId, attempt: turn.attempt, fence: args.fence };
    const done: DraftEvent[] =
      args.end?.state === 'done' ? [{ type: 'turn_state', payload: { state: 'done', attempt: turn.attempt } }] : [];
    const events = [...args.events, ...done];
    if (events.length > 0) {
      yield* appendEvents(db, { sessionId: turn.session_id, events, at: args.at, actor: 'agent', mark });
    }
    yield* putAdkEvents(db, { sessionId: turn.session_id, turnId: args.turnId, events: args.adkEvents });
    const spent = args.usage.input_tokens + args.usage.output_tokens > 0;
    if (spent || args.end) {
      yield* updateAttempt.run(db, {
        turnId: args.turnId,
        attempt: turn.attempt,
        inputTokens: args.usage.input_tokens,
        outputTokens: args.usage.output_tokens,
        model: args.model,
        endedAt: args.end ? args.at : null,
        outcome: args.end ? args.end.state : null,
      });
    }
    if (args.end && args.end.state !== 'done') {
      yield* endTurnPartially(db, turn, { state: args.end.state, code: args.end.code, at: args.at });
      return true;
    }
    if (args.nextStep > turn.step) yield* enterStep.run(db, { turnId: args.turnId, step: args.nextStep, at: args.at });
    if (args.end) yield* finishTurn.run(db, { turnId: args.turnId, at: args.at });
    return true;
  },
);

const heldTurn = statement<{ turnId: string; fence: number }>()((db, slots) =>
  db
    .selectFrom('turns')
    .select(endingTurnColumns)
    .where('turn_id', '=', slots.turnId)
    .where('fence', '=', slots.fence)
    .where('state', '=', 'running'),
);

const updateAttempt = statement<{
  turnId: string;
  attempt: number;
  inputTokens: number;
  outputTokens: number;
  model: string;
  endedAt: string | null;
  outcome: string | null;
}>()((db, slots) =>
  db
    .updateTable('turn_attempts')
    .set((eb) => ({
      input_tokens: eb('input_tokens', '+', slots.inputTokens),
      output_tokens: eb('output_tokens', '+', slots.outputTokens),
      model: slots.model,
      ended_at: slots.endedAt,
      outcome: slots.outcome,
    }))
    .where('turn_id', '=', slots.turnId)
    .where('attempt', '=', slots.attempt),
);

/** The rows journaled before a step begins are not needed any more. */
const enterStep = statement<{ turnId: string; step: number; at: string }>()((db, slots) =>
  db
    .updateTable('turns')
    .set({
      step: slots.step,
      journal_from: sql<number>`(select coalesce(max(id), 0) + 1 from turn_journal)`,
      updated_at: slots.at,
    })
    .where('turn_id', '=', slots.turnId),
);

const finishTurn = statement<{ turnId: string; at: string }>()((db, slots) =>
  db
    .updateTable('turns')
    .set({ state: 'done', lease_owner: null, lease_boot: null, lease_until_ms: null, updated_at: slots.at })
    .where('turn_id', '=', slots.turnId),
);

/** Stops a turn from anywhere: its text so far stays as a partial message and its owner can write no more. */
export const stopTurn = command(
  ['log', 'sessions', 'turns'],
  function* (
    db: Db,
    args: { sessionId: string; turnId: string; code: string; at: string },
  ): Script<TurnState | undefined> {
    const turn = yield* first(
      db
        .selectFrom('turns')
        .select(endingTurnColumns)
        .where('turn_id', '=', args.turnId)
        .where('session_id', '=', args.sessionId),
    );
    if (!turn) return undefined;
    if (!['queued', 'running', 'waiting_approval'].includes(turn.state)) return turn.state as TurnState;
    yield* endTurnPartially(db, turn, { state: 'cancelled', code: args.code, at: args.at });
    return 'cancelled';
  },
);

/** Gives a turn back before its lease runs out, so that another process continues it at once (a drain). */
export const releaseTurn = command(
  ['turns'],
  function* (db: Db, args: { turnId: string; fence: number }): Script<void> {
    yield* run(
      db
        .updateTable('turns')
        .set({ lease_until_ms: 0 })
        .where('turn_id', '=', args.turnId)
        .where('fence', '=', args.fence)
        .where('state', '=', 'running'),
    );
  },
);
