import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { Session } from '../../src/contract/sessions.ts';
import { useServices } from '../services.tsx';
import { type SessionState, SessionStore } from './session-store.ts';

/** The open session: its store for as long as the page shows it, and what the store says. */
export function useSession(sessionId: string): { store: SessionStore; state: SessionState } {
  const { feed, outbox } = useServices();
  const store = useMemo(() => new SessionStore(sessionId, feed), [sessionId, feed]);
  useEffect(() => {
    const unhear = store.subscribe(() => {
      const turns = store.getState().view?.turns ?? [];
      outbox.settle(new Set(turns.map((turn) => turn.clientTurnId)));
    });
    const close = store.open();
    return () => {
      close();
      unhear();
    };
  }, [store, outbox]);
  const state = useSyncExternalStore(store.subscribe, store.getState);
  return { store, state };
}

/** The session's facts, with what changed by events since the snapshot. */
export function sessionNow({ session, view }: SessionState): Session | undefined {
  if (!session) return undefined;
  const { title, agent, corpora, archived, pinned, is_active } = view?.changes ?? {};
  return {
    ...session,
    ...(title !== undefined && { title }),
    ...(agent !== undefined && { agent }),
    ...(corpora !== undefined && { corpora }),
    ...(archived !== undefined && { archived }),
    ...(pinned !== undefined && { pinned }),
    ...(is_active !== undefined && { is_active }),
  };
}
