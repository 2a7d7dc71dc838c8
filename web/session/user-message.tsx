import type { ReactNode } from 'react';
import { exactTime } from '../ui/time-words.ts';

/** What a person wrote, as written. */
export function UserMessage({ text, at, state }: { text: string; at?: string; state?: ReactNode }) {
  return (
    <div className="flex flex-col items-end gap-1">
      <p
        title={at === undefined ? undefined : exactTime(Date.parse(at))}
        className="max-w-[min(100%,36rem)] rounded-2xl rounded-br-md bg-accent-soft px-4 py-2.5 wrap-anywhere whitespace-pre-wrap"
      >
        <span className="sr-only">You wrote: </span>
        {text}
      </p>
      {state !== undefined && <span className="appears-late text-right text-xs text-muted">{state}</span>}
    </div>
  );
}
