import { useCallback, useEffect, useRef } from 'react';
import type { TurnView } from '../../src/contract/fold.ts';
import { useServices } from '../services.tsx';

/** Answers a message again, or sends it edited, beside what it was. Whoever presses twice asks once: while such a message is on its way, no
 *  second one of the same text goes.
 *  @param onSent  with the client's id of the message */
export function useReplacing(sessionId: string, onSent: (clientTurnId: string) => void) {
  const { outbox } = useServices();
  const latest = useRef(onSent);
  useEffect(() => {
    latest.current = onSent;
  });
  const replace = useCallback(
    (turn: TurnView, text: string, isSameText: boolean) => {
      const isOnItsWay = outbox
        .getEntries()
        .some((entry) => entry.replacesTurnId === turn.turnId && entry.text === text && isUnsettled(entry));
      if (isOnItsWay) return;
      const { turnId: replacesTurnId, corpora } = turn;
      latest.current(outbox.add({ sessionId, text, replacesTurnId, corpora, ...(isSameText && { isSameText }) }));
    },
    [outbox, sessionId],
  );
  return {
    onAnew: useCallback((turn: TurnView) => replace(turn, turn.text, true), [replace]),
    onEdit: useCallback((turn: TurnView, text: string) => replace(turn, text, text === turn.text), [replace]),
  };
}

const isUnsettled = ({ settledAt, refused }: { settledAt?: number | undefined; refused?: string | undefined }) =>
  settledAt === undefined && refused === undefined;
