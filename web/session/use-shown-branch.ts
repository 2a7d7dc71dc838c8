import { useCallback, useEffect, useState } from 'react';
import { branchTo, parentsOf } from '../../src/contract/branches.ts';
import type { TurnView } from '../../src/contract/fold.ts';
import { useServices } from '../services.tsx';
import type { ShownBranch } from './shown-branches.ts';

type Kept = { sessionId: string; branch: ShownBranch; newest?: TurnView | undefined };

/** The turn whose branch this tab shows; undefined for the newest branch. A tab goes along with what is said in another window as long as
 *  nothing it shows goes away for it, but for a last turn that was replaced: else it stays where it is. */
export function useShownBranch(
  sessionId: string,
  turns: readonly TurnView[],
  pending: readonly { clientTurnId: string }[],
) {
  const { branches } = useServices();
  const opened = (): Kept => {
    const branch = branches.read(sessionId);
    const until = branch.turnId === undefined ? pending.at(-1)?.clientTurnId : branch.until;
    return { sessionId, branch: { ...branch, ...(until !== undefined && { until }) } };
  };
  const [kept, setKept] = useState(opened);
  let current = kept.sessionId === sessionId ? kept : opened();
  const newest = turns.at(-1);
  if (newest && newest.turnId !== current.newest?.turnId) {
    current = { ...current, newest, branch: branchAfter(current, turns, newest) };
  }
  if (current !== kept) setKept(current);
  const { branch } = current;
  useEffect(() => branches.write(sessionId, branch), [branches, sessionId, branch]);
  const put = useCallback((next: (before: ShownBranch) => ShownBranch) => {
    setKept((before) => ({ ...before, branch: next(before.branch) }));
  }, []);
  return {
    chosen: branch.turnId,
    /** The client's id of the message that was sent last from here; of one that was on its way when the tab opened the session. */
    until: branch.until,
    choose: useCallback((turnId: string) => put(() => ({ turnId })), [put]),
    showNewest: useCallback(() => put(() => ({})), [put]),
    /** A message was sent from here, under the client's id. */
    follow: useCallback((clientTurnId: string) => put((before) => ({ ...before, until: clientTurnId })), [put]),
  };
}

/** What a tab shows once the session has a newer turn. */
function branchAfter({ branch, newest: before }: Kept, turns: readonly TurnView[], newest: TurnView): ShownBranch {
  const { until } = branch;
  const isHere = until !== undefined && turns.some(({ clientTurnId }) => clientTurnId === until);
  const next = isHere ? {} : branch;
  const isOwn = newest.clientTurnId === until;
  const stays = before && !isOwn && next.turnId === undefined && leadsAway(turns, before, newest);
  return stays ? { ...next, turnId: before.turnId } : next;
}

/** Whether the branch of the newest turn leaves out what the one before shows, and not only its last turn. */
function leadsAway(turns: readonly TurnView[], before: TurnView, newest: TurnView): boolean {
  const parents = parentsOf(turns);
  const isBeside = parents.get(newest.turnId) === parents.get(before.turnId);
  return !isBeside && !branchTo(parents, newest.turnId).includes(before.turnId);
}
