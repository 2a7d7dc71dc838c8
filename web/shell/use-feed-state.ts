import { useSyncExternalStore } from 'react';
import type { LiveState } from '../api/live-stream.ts';
import { useServices } from '../services.tsx';
import { useLasting } from '../ui/use-lasting.ts';

/** A cut that is over so soon concerns nobody. */
const briefMs = 800;

/** How the page is being kept up to date; a cut that is over at once is left out. */
export function useFeedState(): LiveState {
  const { feed } = useServices();
  const state = useSyncExternalStore(feed.onState, feed.getState);
  const lasting = useLasting(state, briefMs);
  return state === 'live' ? state : lasting;
}
