/** Turns of a full group. */
const most = 8;

export type TurnGroup<Turn> = { key: number; turns: Turn[]; isFull: boolean };

/** Turns in groups that stay as they are when older ones are put before them and newer ones behind: they are counted from one of them.
 *  @param from  key of the turn that begins a group
 *  @returns oldest first; undefined where that turn is none of them */
export function groupTurns<Turn extends { key: string }>(
  turns: readonly Turn[],
  from: string | undefined,
): TurnGroup<Turn>[] | undefined {
  const first = turns.findIndex(({ key }) => key === from);
  if (first < 0) return undefined;
  const groups = new Map<number, Turn[]>();
  for (const [index, turn] of turns.entries()) {
    const key = Math.floor((index - first) / most);
    const group = groups.get(key);
    if (group) group.push(turn);
    else groups.set(key, [turn]);
  }
  return [...groups].map(([key, members]) => ({ key, turns: members, isFull: members.length === most }));
}
