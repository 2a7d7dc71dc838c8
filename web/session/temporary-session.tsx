import { Hourglass } from 'lucide-react';
import { t } from '../i18n/translate.ts';
import { dayAndTime } from '../ui/time-words.ts';

/** Says what will become of the session. */
export function TemporarySession({ until }: { until: string }) {
  return (
    <p className="border-b border-line px-4 py-1.5 text-xs text-muted sm:px-6">
      <Hourglass aria-hidden className="me-1 inline size-3.5" />
      {t(
        'Temporary: kept until {until}, then erased for good. Your search does not find it; administrators see it in ' +
          'their list like any other.',
        { until: dayAndTime(until) },
      )}
    </p>
  );
}
