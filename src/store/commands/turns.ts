import { sql } from 'kysely';
import type { TurnState, Usage } from '../../contract/events.ts';
import { command } from '../command.ts';
import { decodeJson, encodeJson } from '../json.ts';
import { type Db, first, run, type Script } from '../script.ts';
import { appendEvents, type DraftEvent, shownText } from './append-events.ts';
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
    const session = yield* first(
      db
        .selectFrom('user_sessions as s')
        .innerJoin('session_members as m', (join) =>
          join.onRef('m.session_id', '=', 's.session_id').on('m.user_id', '=', args.authorUserId),
        )
        .leftJoin('agents as a', (join) => join.onRef('a.id', '=', 's.active_agent_id').on('a.is_active', '=', 1))
        .select([
          's.is_active',
          's.active_agent_id',
          's.last_turn_no',
          's.last_seq',
          's.title_is_set',
          'a.id as agent_id',
        ])
        .where('s.session_id', '=', args.sessionId)
        .where('s.deleted_at', 'is', null)
        .where('m.level', 'in', ['owner', 'write']),
    );
    if (!session) return { outcome: 'not_found' };
    const earlier = yield* first(
      db
        .selectFrom('turns')
        .select(['turn_id', 'request_hash', 'message_seq', 'state'])
        .where('session_id', '=', args.sessionId)
        .where('author_user_id', '=', args.authorUserId)
        .where('client_turn_id', '=', args.clientTurnId),
    );
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
    const waiting = yield* first(
      db
        .selectFrom('turns')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('session_id', '=', args.sessionId)
        .where('state', '=', 'queued'),
    );
    if ((waiting?.count ?? 0) >= args.maxQueuedInSession) return { outcome: 'queue_full' };

    const turnNo = session.last_turn_no + 1;
    const seq = session.last_seq + 1;
    yield* run(
      db.insertInto('turns').values({
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
        state: 'queued',
        code: null,
        attempt: 0,
        fence: 0,
        step: 0,
        lease_owner: null,
        lease_boot: null,
        lease_until_ms: null,
        journal_from: 0,
        message_seq: seq,
        created_at: args.at,
        updated_at: args.at,
      }),
    );
    yield* run(
      db
        .updateTable('user_sessions')
        .set({ last_turn_no: turnNo, ...(session.title_is_set === 0 && turnNo === 1 && { title: args.title }) })
        .where('session_id', '=', args.sessionId),
    );
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

/** Keeps exact ADK events. The same id again replaces the event in its place. */
export function* putAdkEvents(
  db: Db,
  args: { sessionId: string; turnId: string | null; events: readonly AdkEventRow[] },
): Script<void> {
  for (const { eventId, event } of args.events) {
    yield* run(
      db
        .insertInto('adk_events')
        .values({
          session_id: args.sessionId,
          event_id: eventId,
          ordinal: sql<number>`(select coalesce(max(ordinal), 0) + 1 from adk_events where session_id = ${args.sessionId})`,
          turn_id: args.turnId,
          event: encodeJson(event),
        })
        .onConflict((conflict) =>
          conflict.columns(['session_id', 'event_id']).doUpdateSet({ event: encodeJson(event) }),
        ),
    );
  }
}

/** A holder's place in time: `nowMs` and `untilMs` are readings of the machine's monotonic clock in the boot `bootId`. */
export type LeaseTime = { instanceId: string; bootId: string; nowMs: number; untilMs: number };

export type ClaimTurnArgs = {
  lease: LeaseTime;
  /** Owners whose presence lock could be taken: they are gone, whatever their lease says. */
  goneInstances: readonly string[];
  maxAttempts: number;
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
    const turn = yield* first(
      db
        .selectFrom('turns as t')
        .selectAll()
        .where((eb) =>
          eb.or([
            eb.and([
              eb('t.state', '=', 'running'),
              eb.or([
                eb('t.lease_until_ms', '<', lease.nowMs),
                eb('t.lease_boot', '!=', lease.bootId),
                ...(args.goneInstances.length > 0 ? [eb('t.lease_owner', 'in', [...args.goneInstances])] : []),
              ]),
            ]),
            eb.and([
              eb('t.state', '=', 'queued'),
              eb.not(
                eb.exists(
                  eb
                    .selectFrom('turns as o')
                    .select('o.turn_id')
                    .whereRef('o.session_id', '=', 't.session_id')
                    .where((other) =>
                      other.or([
                        other('o.state', 'in', ['running', 'waiting_approval']),
                        other.and([other('o.state', '=', 'queued'), other('o.turn_no', '<', other.ref('t.turn_no'))]),
                      ]),
                    ),
                ),
              ),
            ]),
          ]),
        )
        .where('t.state', 'in', ['queued', 'running'])
        .orderBy(sql`t.state = 'queued'`)
        .orderBy('t.position')
        .limit(1),
    );
    if (!turn) return undefined;
    if (turn.state === 'running' && turn.attempt >= args.maxAttempts) {
      yield* endTurnPartially(db, turn, { state: 'interrupted', code: 'too_many_attempts', at: args.at });
      continue;
    }
    const attempt = turn.attempt + 1;
    const fence = turn.fence + 1;
    const shown = turn.attempt > 0 ? yield* shownText(db, turn) : { text: '', attempt: 0, cited: [] };
    yield* run(
      db
        .updateTable('turns')
        .set({
          state: 'running',
          attempt,
          fence,
          lease_owner: lease.instanceId,
          lease_boot: lease.bootId,
          lease_until_ms: lease.untilMs,
          updated_at: args.at,
          ...(turn.attempt === 0 && { journal_from: sql<number>`(select coalesce(max(id), 0) + 1 from turn_journal)` }),
        })
        .where('turn_id', '=', turn.turn_id),
    );
    if (turn.attempt > 0) {
      yield* run(
        db
          .updateTable('turn_attempts')
          .set({ ended_at: args.at, outcome: 'lost' })
          .where('turn_id', '=', turn.turn_id)
          .where('attempt', '=', turn.attempt),
      );
    }
    yield* run(
      db.insertInto('turn_attempts').values({
        turn_id: turn.turn_id,
        attempt,
        instance_id: lease.instanceId,
        started_at: args.at,
        ended_at: null,
        input_tokens: 0,
        output_tokens: 0,
        model: null,
        outcome: null,
      }),
    );
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

/** Extends the leases an instance still holds; gives the turns it holds. One missing from the answer is lost. */
export const renewTurnLeases = command(
  [],
  function* (db: Db, args: { lease: LeaseTime; held: readonly { turnId: string; fence: number }[] }): Script<string[]> {
    const kept: string[] = [];
    for (const { turnId, fence } of args.held) {
      const row = yield* first(
        db
          .updateTable('turns')
          .set({ lease_until_ms: args.lease.untilMs })
          .where('turn_id', '=', turnId)
          .where('fence', '=', fence)
          .where('state', '=', 'running')
          .returning('turn_id'),
      );
      if (row) kept.push(row.turn_id);
    }
    return kept;
  },
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
    const turn = yield* first(
      db
        .selectFrom('turns')
        .select(endingTurnColumns)
        .where('turn_id', '=', args.turnId)
        .where('fence', '=', args.fence)
        .where('state', '=', 'running'),
    );
    if (!turn) return false;
    const mark = { turnId: args.turnId, attempt: turn.attempt, fence: args.fence };
    const done: DraftEvent[] =
      args.end?.state === 'done' ? [{ type: 'turn_state', payload: { state: 'done', attempt: turn.attempt } }] : [];
    const events = [...args.events, ...done];
    if (events.length > 0) {
      yield* appendEvents(db, { sessionId: turn.session_id, events, at: args.at, actor: 'agent', mark });
    }
    yield* putAdkEvents(db, { sessionId: turn.session_id, turnId: args.turnId, events: args.adkEvents });
    yield* run(
      db
        .updateTable('turn_attempts')
        .set((eb) => ({
          input_tokens: eb('input_tokens', '+', args.usage.input_tokens),
          output_tokens: eb('output_tokens', '+', args.usage.output_tokens),
          model: args.model,
          ...(args.end && { ended_at: args.at, outcome: args.end.state }),
        }))
        .where('turn_id', '=', args.turnId)
        .where('attempt', '=', turn.attempt),
    );
    if (args.end && args.end.state !== 'done') {
      yield* endTurnPartially(db, turn, { state: args.end.state, code: args.end.code, at: args.at });
      return true;
    }
    yield* run(
      db
        .updateTable('turns')
        .set({
          updated_at: args.at,
          ...(args.nextStep > turn.step && {
            step: args.nextStep,
            journal_from: sql<number>`(select coalesce(max(id), 0) + 1 from turn_journal)`,
          }),
          ...(args.end && { state: 'done', lease_owner: null, lease_boot: null, lease_until_ms: null }),
        })
        .where('turn_id', '=', args.turnId),
    );
    return true;
  },
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
