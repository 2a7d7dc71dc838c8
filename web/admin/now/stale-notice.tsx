import { TriangleAlert } from 'lucide-react';
import type { ApiError } from '../../api/errors.ts';
import type { LiveState } from '../../api/live-stream.ts';
import { clockTime } from '../../ui/time-words.ts';

/** Says that what is shown is old, from when it is, and why. */
export function StaleNotice({ asOf, state, error }: StaleNoticeProps) {
  const at = clockTime(Date.parse(asOf));
  return (
    <div role="alert" className="mb-4 flex gap-3 rounded-xl bg-warn-soft p-4 text-sm text-warn">
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="min-w-0">
        <p className="font-medium">What you see is old: it is from {at}.</p>
        <p className="mt-0.5 wrap-anywhere">
          {error ? error.message : 'The server does not answer.'}{' '}
          {state === 'refused' ? 'Reload the page to see what goes on now.' : 'This page tries again by itself.'}
        </p>
      </div>
    </div>
  );
}

type StaleNoticeProps = { asOf: string; state: LiveState; error: ApiError | undefined };
