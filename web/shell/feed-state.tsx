import { useSyncExternalStore } from 'react';
import { t } from '../i18n/translate.ts';
import { keptSince, onKept } from '../offline/kept.ts';
import { dayAndTime } from '../ui/time-words.ts';
import { useFeedState } from './use-feed-state.ts';

/** Says quietly when the page is not being kept up to date, and of when it is. */
export function FeedState() {
  const state = useFeedState();
  const kept = useSyncExternalStore(onKept, keptSince);
  const words = {
    connecting: '',
    live: '',
    reconnecting:
      kept === undefined
        ? t('Reconnecting…')
        : t('Offline: as of {when}', { when: dayAndTime(new Date(kept).toISOString()) }),
    refused: t('Not live: reload the page'),
  }[state];
  return (
    <span role="status" className="flex shrink-0 items-center gap-1.5 text-xs text-warn">
      {words !== '' && <span aria-hidden className="size-1.5 animate-pulse rounded-full bg-warn" />}
      {words}
    </span>
  );
}
