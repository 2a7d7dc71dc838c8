import { useState } from 'react';
import { groupTurns, type TurnGroup } from './group-turns.ts';

/** The turns of a session in groups that rest together out of sight: a browser looks at each resting element whenever a page is scrolled, so that a long session
 *  costs what one of an eighth of its turns would. */
export function useTurnGroups<Turn extends { key: string }>(turns: readonly Turn[]): TurnGroup<Turn>[] {
  const [from, setFrom] = useState(turns[0]?.key);
  const groups = groupTurns(turns, from);
  const anew = turns[0]?.key;
  if (!groups && anew !== from) setFrom(anew);
  return groups ?? groupTurns(turns, anew) ?? [];
}
