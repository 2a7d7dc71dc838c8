import { parentsOf } from '../../contract/branches.ts';
import { placeOf, placesAfter, toPlaced, turnBefore } from '../queries/branches.ts';
import type { Db, Script } from '../script.ts';

/** The session has no such turn, or the named parent is not what the replaced turn follows. */
export type MisplacedTurn = 'unknown_turn' | 'other_parent';

/** The turn that a message follows: what the turn it replaces followed; else the end of the branch that goes on from the named turn, and
 *  with none named the newest turn. Only a message that replaces another opens a branch: of two that are sent at once after one answer, the
 *  later one follows the earlier. */
export function* placeTurn(
  db: Db,
  args: {
    sessionId: string;
    parentTurnId: string | null;
    replacesTurnId: string | null;
    newestTurnId: string | null;
  },
): Script<{ parentTurnId: string | null } | MisplacedTurn> {
  const { sessionId, parentTurnId, replacesTurnId, newestTurnId } = args;
  if (replacesTurnId !== null) {
    const replaced = yield* placeOf.first(db, { sessionId, turnId: replacesTurnId });
    if (!replaced) return 'unknown_turn';
    const parent = (yield* turnBefore(db, sessionId, replaced))?.turn_id ?? null;
    return parentTurnId === null || parentTurnId === parent ? { parentTurnId: parent } : 'other_parent';
  }
  if (parentTurnId === null || parentTurnId === newestTurnId) return { parentTurnId: newestTurnId };
  const named = yield* placeOf.first(db, { sessionId, turnId: parentTurnId });
  if (!named) return 'unknown_turn';
  return { parentTurnId: yield* endOfBranch(db, sessionId, named) };
}

/** The newest turn of those that go on from one, or that one. */
function* endOfBranch(
  db: Db,
  sessionId: string,
  { turn_id: turnId, turn_no: turnNo }: { turn_id: string; turn_no: number },
): Script<string> {
  const turns = yield* placesAfter(db, { sessionId, afterNo: turnNo - 1 });
  const after = new Set<string | null>([turnId]);
  let end = turnId;
  for (const [id, parent] of parentsOf(turns.map(toPlaced))) {
    if (!after.has(parent)) continue;
    after.add(id);
    end = id;
  }
  return end;
}
