import { clsx } from 'clsx';
import { useSyncExternalStore } from 'react';
import { exactTime, relativeTime } from './time-words.ts';

let now = Date.now();
const listeners = new Set<() => void>();
let ticking: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  ticking ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 10_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(ticking);
    ticking = undefined;
  };
}

/** A time in words that stay true, the exact time on hover. */
export function Moment({ at, className }: { at: string; className?: string }) {
  const then = Date.parse(at);
  const current = useSyncExternalStore(subscribe, () => now);
  return (
    <time dateTime={at} title={exactTime(then)} className={clsx('whitespace-nowrap', className)}>
      {relativeTime(then, Math.max(current, then))}
    </time>
  );
}
