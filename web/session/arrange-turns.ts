import type { TurnView } from '../../src/contract/fold.ts';

/** A turn as the page shows it, with the tries it replaced, oldest first. */
export type ArrangedTurn = { turn: TurnView; earlier: TurnView[] };

/** Puts each turn that was tried again under the turn that replaced it. `replacedSoon` names turns whose replacement is still on its way. */
export function arrangeTurns(
  turns: readonly TurnView[],
  replacedSoon: ReadonlySet<string> = new Set(),
): ArrangedTurn[] {
  const byId = new Map(turns.map((turn) => [turn.turnId, turn]));
  const replaced = new Set(replacedSoon);
  for (const { replacesTurnId } of turns) if (replacesTurnId !== null) replaced.add(replacesTurnId);
  return turns.filter((turn) => !replaced.has(turn.turnId)).map((turn) => ({ turn, earlier: triesBefore(turn, byId) }));
}

function triesBefore(turn: TurnView, byId: ReadonlyMap<string, TurnView>): TurnView[] {
  const tries: TurnView[] = [];
  let id = turn.replacesTurnId;
  while (id !== null && !tries.some((each) => each.turnId === id)) {
    const before = byId.get(id);
    if (!before) break;
    tries.unshift(before);
    id = before.replacesTurnId;
  }
  return tries;
}
