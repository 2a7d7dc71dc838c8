import { useMemo } from 'react';
import type { TurnView } from '../../src/contract/fold.ts';
import { arrangeTurns } from './arrange-turns.ts';
import type { Pending } from './outbox.ts';
import { pendingHere } from './pending-here.ts';
import { useShownBranch } from './use-shown-branch.ts';

/** The branch that this tab shows, and what goes on from it.
 *  @param pending  messages on their way, of every tab, that the turns do not show yet */
export function useArrangedTurns(sessionId: string, turns: readonly TurnView[], pending: readonly Pending[]) {
  const { chosen, until, choose, showNewest, follow } = useShownBranch(sessionId, turns, pending);
  const { arranged, here } = useMemo(() => {
    const before = arrangeTurns(turns, { chosen });
    const here = pendingHere(
      pending,
      before.turns.map(({ turn }) => turn),
      until,
    );
    const soon = here.flatMap(({ replacesTurnId }) => (replacesTurnId === undefined ? [] : [replacesTurnId]));
    const arranged = soon.length === 0 ? before : arrangeTurns(turns, { chosen, replacedSoon: new Set(soon) });
    return { arranged, here };
  }, [turns, pending, chosen, until]);
  return { arranged, here, choose, showNewest, follow };
}
