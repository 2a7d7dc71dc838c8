import { branchTo, type PlacedTurn, parentsOf } from '../../contract/branches.ts';
import { query } from '../command.ts';
import { all, type Db, type Script, statement } from '../script.ts';
import { type EventRecord, messagesOf, type OfMember } from './log.ts';

/** A turn's row, as far as it says where the turn stands and who answers it. */
export type PlaceRecord = {
  turn_id: string;
  turn_no: number;
  parent_turn_id: string | null;
  replaces_turn_id: string | null;
  agent_id: string;
  state: string;
};

export const placeColumns = ['turn_id', 'turn_no', 'parent_turn_id', 'replaces_turn_id', 'agent_id', 'state'] as const;

/** A session's turns after a number, oldest first. */
export function placesAfter(db: Db, args: { sessionId: string; afterNo: number }): Script<PlaceRecord[]> {
  return all(
    db
      .selectFrom('turns')
      .select(placeColumns)
      .where('session_id', '=', args.sessionId)
      .where('turn_no', '>', args.afterNo)
      .orderBy('turn_no'),
  );
}

export function toPlaced(row: PlaceRecord): PlacedTurn {
  return { turnId: row.turn_id, parentTurnId: row.parent_turn_id, replacesTurnId: row.replaces_turn_id };
}

/** Messages of the newest branch, the one that ends with the session's newest turn, oldest first. What is of no turn, as in the session
 *  of an ADK program, is in it. */
export const branchMessages = query(function* (db: Db, args: OfMember): Script<EventRecord[]> {
  const turns = yield* placesAfter(db, { sessionId: args.sessionId, afterNo: 0 });
  const newest = turns.at(-1);
  const branch = new Set(newest && branchTo(parentsOf(turns.map(toPlaced)), newest.turn_id));
  const messages = yield* all(messagesOf(db, args.sessionId));
  return messages.filter(({ turn_id }) => turn_id === null || branch.has(turn_id));
});

/** The turns from a session's beginning to one, oldest first, with their states; none where the session has no such turn. */
export const branchOf = query(function* (
  db: Db,
  args: OfMember & { turnId: string },
): Script<{ turnId: string; state: string }[]> {
  const turns = yield* placesAfter(db, { sessionId: args.sessionId, afterNo: 0 });
  const states = new Map(turns.map((turn) => [turn.turn_id, turn.state]));
  const branch = branchTo(parentsOf(turns.map(toPlaced)), args.turnId);
  return branch.map((turnId) => ({ turnId, state: states.get(turnId) ?? '' }));
});

/** The turn that a stored one follows; undefined for the first. `known` are rows that need not be read again. */
export function* turnBefore(
  db: Db,
  sessionId: string,
  turn: PlaceRecord,
  known: readonly PlaceRecord[] = [],
): Script<PlaceRecord | undefined> {
  const find = function* (turnId: string): Script<PlaceRecord | undefined> {
    return known.find((row) => row.turn_id === turnId) ?? (yield* placeOf.first(db, { sessionId, turnId }));
  };
  let at: PlaceRecord | undefined = turn;
  while (at && at.parent_turn_id === null && at.replaces_turn_id !== null) at = yield* find(at.replaces_turn_id);
  if (!at) return undefined;
  if (at.parent_turn_id !== null) return yield* find(at.parent_turn_id);
  const turnNo = at.turn_no - 1;
  return known.find((row) => row.turn_no === turnNo) ?? (yield* placeNumbered.first(db, { sessionId, turnNo }));
}

export const placeOf = statement<{ sessionId: string; turnId: string }>()((db, slots) =>
  db
    .selectFrom('turns')
    .select(placeColumns)
    .where('turn_id', '=', slots.turnId)
    .where('session_id', '=', slots.sessionId),
);

const placeNumbered = statement<{ sessionId: string; turnNo: number }>()((db, slots) =>
  db
    .selectFrom('turns')
    .select(placeColumns)
    .where('session_id', '=', slots.sessionId)
    .where('turn_no', '=', slots.turnNo),
);
