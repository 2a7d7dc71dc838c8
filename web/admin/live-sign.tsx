import type { LiveState } from '../api/live-stream.ts';
import { t } from '../i18n/translate.ts';
import { clockTime } from '../ui/time-words.ts';

/** Whether what is on the page is true at this moment, and as of when. */
export function LiveSign({ state, asOf }: { state: LiveState; asOf: string | undefined }) {
  const live = state === 'live';
  const words = {
    connecting: t('Connecting…'),
    live: t('Live'),
    reconnecting: t('Not live: reconnecting…'),
    refused: t('Not live'),
  }[state];
  return (
    <p className="flex items-center gap-3 text-xs">
      {asOf !== undefined && (
        <span className="text-muted tabular-nums max-sm:hidden">
          {t('as of {time}', { time: clockTime(Date.parse(asOf)) })}
        </span>
      )}
      <span
        role="status"
        className={`inline-flex items-center gap-1.5 rounded-full px-2.5 py-1 font-medium ${live ? 'bg-accent-soft text-accent' : 'bg-warn-soft text-warn'}`}
      >
        <span aria-hidden className={`size-1.5 rounded-full bg-current ${live ? '' : 'animate-pulse'}`} />
        {words}
      </span>
    </p>
  );
}
