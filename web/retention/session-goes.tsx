import { Hourglass } from 'lucide-react';
import { t } from '../i18n/translate.ts';
import { dayAndTime } from '../ui/time-words.ts';

/** Says until when a rule keeps the session. */
export function SessionGoes({ until }: { until: string }) {
  return (
    <p className="border-b border-line px-4 py-1.5 text-xs text-muted sm:px-6">
      <Hourglass aria-hidden className="me-1 inline size-3.5" />
      {t('Kept until {until}, then erased for good; each message puts that off. Pin a session to keep it.', {
        until: dayAndTime(until),
      })}
    </p>
  );
}
