import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { finalTurnStates } from '../../src/contract/events.ts';
import type { Session, SessionRow } from '../../src/contract/sessions.ts';
import { useServices } from '../services.tsx';
import { type SessionState, SessionStore } from './session-store.ts';

/** The open session: its store for as long as the page shows it, and what the store says. */
export function useSession(sessionId: string): { store: SessionStore; state: SessionState } {
  const { feed, outbox, stopper } = useServices();
  const store = useMemo(() => new SessionStore(sessionId, feed), [sessionId, feed]);
  useEffect(() => {
    const unhear = store.subscribe(() => {
      const turns = store.getState().view?.turns ?? [];
      outbox.settle(new Set(turns.map((turn) => turn.clientTurnId)));
      stopper.settle(turns.filter(({ state }) => finalTurnStates.has(state)).map(({ turnId }) => turnId));
    });
    const close = store.open();
    return () => {
      close();
      unhear();
    };
  }, [store, outbox, stopper]);
  const state = useSyncExternalStore(store.subscribe, store.getState);
  return { store, state };
}

/** The session's facts: of the snapshot, with what changed by events since, or of its row in the list when that is as new. A title made from the first message comes with the row. */
export function sessionNow({ session, view }: SessionState, row: SessionRow | undefined): Session | undefined {
  if (!session || !view) return session;
  if (row && row.last_seq >= view.seq) {
    const { running: _running, rev: _rev, ...facts } = row;
    return facts;
  }
  const { title, agent, corpora, archived, pinned, is_active, tags } = view.changes;
  return {
    ...session,
    ...(row && title === undefined && { title: row.title }),
    ...(title !== undefined && { title }),
    ...(agent !== undefined && { agent }),
    ...(corpora !== undefined && { corpora }),
    ...(archived !== undefined && { archived }),
    ...(pinned !== undefined && { pinned }),
    ...(tags && { tags }),
    ...(is_active !== undefined && { is_active }),
  };
}
