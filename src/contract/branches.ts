/** Where a turn stands among a session's turns, which are a tree: what was edited or answered anew stands beside what it replaced. */
export type PlacedTurn = { turnId: string; parentTurnId: string | null; replacesTurnId: string | null };

/** The turn that each one follows; null for one that begins the session, and for one whose place is not among those given. A turn that
 *  names none follows the one it replaces did, and else the turn before it, as in a session that never branched. Pure.
 *  @param turns  oldest first; the newest of a session may be all that is known */
export function parentsOf(turns: readonly PlacedTurn[]): Map<string, string | null> {
  const parents = new Map<string, string | null>();
  let before: string | null = null;
  for (const { turnId, parentTurnId, replacesTurnId } of turns) {
    parents.set(turnId, parentTurnId ?? (replacesTurnId === null ? before : (parents.get(replacesTurnId) ?? null)));
    before = turnId;
  }
  return parents;
}

/** The turns from the beginning to one, oldest first: what its answer stands on. Pure.
 *  @param parents  as `parentsOf` gives them; the branch begins where a turn is not among them */
export function branchTo(parents: ReadonlyMap<string, string | null>, turnId: string): string[] {
  const branch: string[] = [];
  let at: string | null = turnId;
  while (at !== null && parents.has(at)) {
    branch.push(at);
    at = parents.get(at) ?? null;
  }
  return branch.toReversed();
}
