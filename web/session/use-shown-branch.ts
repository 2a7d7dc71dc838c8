import { useCallback, useState } from 'react';
import type { TurnView } from '../../src/contract/fold.ts';
import { useServices } from '../services.tsx';
import type { ShownBranch } from './shown-branches.ts';

/** The turn whose branch this tab shows; undefined for the newest branch. */
export function useShownBranch(sessionId: string, turns: readonly TurnView[]) {
  const { branches } = useServices();
  const [kept, setKept] = useState(() => ({ sessionId, branch: branches.read(sessionId) }));
  const current = kept.sessionId === sessionId ? kept : { sessionId, branch: branches.read(sessionId) };
  if (current !== kept) setKept(current);
  const { branch } = current;
  const put = useCallback(
    (next: ShownBranch) => {
      branches.write(sessionId, next);
      setKept({ sessionId, branch: next });
    },
    [branches, sessionId],
  );
  const isOver = branch.until !== undefined && turns.some(({ clientTurnId }) => clientTurnId === branch.until);
  return {
    chosen: isOver ? undefined : branch.turnId,
    choose: useCallback((turnId: string) => put({ turnId }), [put]),
    showNewest: useCallback(() => put({}), [put]),
    /** A message was sent from here, under the client's id. */
    follow: useCallback(
      (clientTurnId: string) => put({ ...branches.read(sessionId), until: clientTurnId }),
      [put, branches, sessionId],
    ),
  };
}
