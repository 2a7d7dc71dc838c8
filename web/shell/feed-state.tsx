import { useFeedState } from './use-feed-state.ts';

/** Says quietly when the page is not being kept up to date. */
export function FeedState() {
  const state = useFeedState();
  const words = { connecting: '', live: '', reconnecting: 'Reconnecting…', refused: 'Not live: reload the page' }[
    state
  ];
  return (
    <span role="status" className="flex shrink-0 items-center gap-1.5 text-xs text-warn">
      {words !== '' && <span aria-hidden className="size-1.5 animate-pulse rounded-full bg-warn" />}
      {words}
    </span>
  );
}
