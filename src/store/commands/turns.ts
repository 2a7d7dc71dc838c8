import type { TurnState } from '../../contract/events.ts';
import { command, joined } from '../command.ts';
import { type Db, first, last, run, type Script, statement, together } from '../script.ts';
import { type AppendTurnArgs, appendToTurns, finishTurns, raiseHeld } from './append-to-turns.ts';
import type { LeaseTime } from './claim-turn.ts';
import { heldOf } from './held-turn.ts';
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

/** Stores what a running turn made, if its fence still holds: its events, ADK's, and the end. False: the turn is no longer the caller's. */
export const appendTurnEvents = joined<AppendTurnArgs, boolean>(['log', 'sessions', 'turns'], {
  keyOf: (args) => (args.end === undefined || args.end.state === 'done' ? args.turnId : undefined),
  *run(db, list) {
    yield* appendToTurns(db, list);
    const ended = list.filter(({ end }) => end);
    const partially = list.find(({ end }) => end && end.state !== 'done');
    if (partially) return [yield* endPartially(db, partially)];
    const kept = yield* last(
      together(
        raiseHeld(
          db,
          list.filter(({ end }) => !end),
        ),
        finishTurns.all(
          db,
          ended.map((args) => ({ ...heldOf(args), at: args.at })),
        ),
      ),
    );
    const turnIds = new Set(kept.flat().map((row) => row.turn_id));
    return list.map(({ turnId }) => turnIds.has(turnId));
  },
});

function* endPartially(db: Db, { turnId, fence, end, at }: AppendTurnArgs): Script<boolean> {
  const turn = yield* heldTurn.first(db, { turnId, fence });
  if (!turn || !end || end.state === 'done') return false;
  yield* endTurnPartially(db, turn, { state: end.state, code: end.code, at });
  return true;
}

const heldTurn = statement<{ turnId: string; fence: number }>()((db, slots) =>
  db
    .selectFrom('turns')
    .select(endingTurnColumns)
    .where('turn_id', '=', slots.turnId)
    .where('fence', '=', slots.fence)
    .where('state', '=', 'running'),
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
