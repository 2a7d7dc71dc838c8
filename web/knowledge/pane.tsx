import { clsx } from 'clsx';
import type { ReactNode } from 'react';

/** A part of a page that scrolls by itself, under a line that stays. */
export function Pane({ label, bar, className, children }: PaneProps) {
  return (
    <section aria-label={label} className={clsx('flex min-h-0 min-w-0 flex-1 flex-col', className)}>
      {bar && (
        <div className="flex h-9 shrink-0 items-center gap-3 border-b border-line px-4 text-xs text-muted">{bar}</div>
      )}
      <div
        data-pane
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        tabIndex={0}
        className="relative min-h-0 flex-1 overflow-auto outline-offset-[-2px]"
      >
        {children}
      </div>
    </section>
  );
}
type PaneProps = { label: string; bar?: ReactNode; className?: string; children: ReactNode };
