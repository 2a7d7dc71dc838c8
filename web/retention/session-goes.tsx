import { Hourglass } from 'lucide-react';
import { dayAndTime } from '../ui/time-words.ts';

/** Says until when a rule keeps the session. */
export function SessionGoes({ until }: { until: string }) {
  return (
    <p className="border-b border-line px-4 py-1.5 text-xs text-muted sm:px-6">
      <Hourglass aria-hidden className="me-1 inline size-3.5" />
      Kept until {dayAndTime(until)}, then erased for good; each message puts that off. Pin a session to keep it.
    </p>
  );
}
