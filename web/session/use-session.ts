import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Session } from '../../src/contract/sessions.ts';
import { useServices } from '../services.tsx';
import { type SessionState, SessionStore } from './session-store.ts';

const nothing: SessionState = { phase: 'loading', older: { more: false, loading: false } };

/** The open session: its store for as long as the page shows it, and what the store says. */
export function useSession(sessionId: string): { store: SessionStore | undefined; state: SessionState } {
  const { feed, outbox } = useServices();
  const [store, setStore] = useState<SessionStore>();
  useEffect(() => {
    const opened = new SessionStore(sessionId, feed);
    const unhear = opened.subscribe(() => {
      const turns = opened.getState().view?.turns ?? [];
      outbox.settle(new Set(turns.map((turn) => turn.clientTurnId)));
    });
    setStore(opened);
    return () => {
      setStore(undefined);
      unhear();
      opened.close();
    };
  }, [sessionId, feed, outbox]);
  const state = useSyncExternalStore(store?.subscribe ?? never, store?.getState ?? (() => nothing));
  return { store, state };
}

const never = () => () => undefined;

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
