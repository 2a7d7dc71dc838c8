import { TriangleAlert } from 'lucide-react';
import type { ApiError } from '../../api/errors.ts';
import type { LiveState } from '../../api/live-stream.ts';
import { t } from '../../i18n/translate.ts';
import { clockTime } from '../../ui/time-words.ts';

/** Says that what is shown is old, from when it is, and why. */
export function StaleNotice({ asOf, state, error }: StaleNoticeProps) {
  const time = clockTime(Date.parse(asOf));
  const reason = error ? error.message : t('The server does not answer.');
  return (
    <div role="alert" className="mb-4 flex gap-3 rounded-xl bg-warn-soft p-4 text-sm text-warn">
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="min-w-0">
        <p className="font-medium">{t('What you see is old: it is from {time}.', { time })}</p>
        <p className="mt-0.5 wrap-anywhere">
          {state === 'refused'
            ? t('{reason} Reload the page to see what goes on now.', { reason })
            : t('{reason} This page tries again by itself.', { reason })}
        </p>
      </div>
    </div>
  );
}

type StaleNoticeProps = { asOf: string; state: LiveState; error: ApiError | undefined };
