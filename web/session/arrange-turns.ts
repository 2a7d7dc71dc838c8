import { branchTo, parentsOf } from '../../src/contract/branches.ts';
import type { TurnView } from '../../src/contract/fold.ts';

/** What stands at one place of a session: for each version the turn that is shown when it is chosen, oldest first, and which one it is. */
export type Versions = { turnIds: string[]; at: number };

/** A turn as the page shows it, among those that stand beside it. */
export type ArrangedTurn = {
  /** Of the place, whichever version is shown there. */
  key: string;
  turn: TurnView;
  /** Of the message: one for each text it was edited to. */
  messages: Versions;
  /** Of the answer to this text. */
  answers: Versions;
};

export type Arranged = {
  /** The branch that is shown, oldest first. */
  turns: ArrangedTurn[];
  /** Whether it is the one that the session's newest turn is in. */
  isNewest: boolean;
};

/** The branch that a session shows: the one through a chosen turn and then the newest that goes on from it; with none chosen, or one that is
 *  not known, the newest of all. It ends before a turn whose replacement is still on its way. Pure.
 *  @param turns  oldest first */
export function arrangeTurns(
  turns: readonly TurnView[],
  { chosen, replacedSoon = new Set() }: { chosen?: string | undefined; replacedSoon?: ReadonlySet<string> } = {},
): Arranged {
  const newest = turns.at(-1);
  if (!newest) return { turns: [], isNewest: true };
  const parents = parentsOf(turns);
  const byId = new Map(turns.map((turn) => [turn.turnId, turn]));
  const ends = endsOf(turns, parents);
  const known = chosen !== undefined && byId.has(chosen) ? ends.get(chosen) : undefined;
  const end = turns[known ?? turns.length - 1] ?? newest;
  const siblings = Map.groupBy(turns, ({ turnId }) => parents.get(turnId) ?? null);
  const shown: ArrangedTurn[] = [];
  for (const turnId of branchTo(parents, end.turnId)) {
    const turn = byId.get(turnId);
    if (!turn || replacedSoon.has(turnId)) break;
    const place = parents.get(turnId) ?? null;
    const versions = siblings.get(place) ?? [turn];
    shown.push({ key: `after ${place ?? 'nothing'}`, turn, ...versionsOf(turn, versions, ends) });
  }
  return { turns: shown, isNewest: end === newest };
}

/** For each turn the place in the log of the newest one that goes on from it, its own where there is none. */
function endsOf(turns: readonly TurnView[], parents: ReadonlyMap<string, string | null>): Map<string, number> {
  const ends = new Map<string, number>();
  for (const [index, { turnId }] of [...turns.entries()].toReversed()) {
    const end = Math.max(ends.get(turnId) ?? 0, index);
    ends.set(turnId, end);
    const parent = parents.get(turnId);
    if (parent) ends.set(parent, Math.max(ends.get(parent) ?? 0, end));
  }
  return ends;
}

/** Of a text that another version has, the turn that went on last is shown. */
function versionsOf(
  turn: TurnView,
  siblings: readonly TurnView[],
  ends: ReadonlyMap<string, number>,
): { messages: Versions; answers: Versions } {
  const endOf = ({ turnId }: TurnView) => ends.get(turnId) ?? 0;
  const texts = Map.groupBy(siblings, ({ text }) => text);
  const messages = [...texts].map(([text, same]) =>
    text === turn.text ? turn.turnId : same.reduce((a, b) => (endOf(b) > endOf(a) ? b : a)).turnId,
  );
  const answers = (texts.get(turn.text) ?? [turn]).map(({ turnId }) => turnId);
  return {
    messages: { turnIds: messages, at: messages.indexOf(turn.turnId) },
    answers: { turnIds: answers, at: answers.indexOf(turn.turnId) },
  };
}
