import { sql } from 'kysely';
import type { TurnState, Usage } from '../../contract/events.ts';
import { command } from '../command.ts';
import { type Db, first, run, type Script, statement } from '../script.ts';
import { appendEvents, type DraftEvent } from './append-events.ts';
import { settleTokens } from './charge-budgets.ts';
import type { LeaseTime } from './claim-turn.ts';
import { type AdkEventRow, putAdkEvents } from './put-adk-events.ts';
import type { Change } from './record-audit.ts';
import { endingTurnColumns, endTurnPartially } from './turn-end.ts';

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
    // Given back already, by the same process a moment before.
    .where('lease_until_ms', '>', 0)
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
    if (args.end) {
      yield* settleTokens(db, { turnId: args.turnId, attempt: turn.attempt });
      yield* finishTurn.run(db, { turnId: args.turnId, at: args.at });
    }
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
    args: Change & { sessionId: string; turnId: string; code: string },
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
