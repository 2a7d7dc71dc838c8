import { useSyncExternalStore } from 'react';
import { useServices } from '../services.tsx';

/** Says quietly when the page is not being kept up to date. */
export function FeedState() {
  const { feed } = useServices();
  const state = useSyncExternalStore(feed.onState, feed.getState);
  const words = { connecting: '', live: '', reconnecting: 'Reconnecting…', refused: 'Not live' }[state];
  return (
    <span role="status" className="flex items-center gap-1.5 text-xs text-warn">
      {words !== '' && <span aria-hidden className="size-1.5 animate-pulse rounded-full bg-warn" />}
      {words}
    </span>
  );
}
