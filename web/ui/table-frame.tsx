import type { ReactNode } from 'react';

/** A table in its frame; one that is wider than the page scrolls inside it, by keyboard too.
 *  @param rowCount  where not all rows are in the page; -1 while nobody knows */
export function TableFrame({ label, rowCount, children }: TableFrameProps) {
  return (
    <div
      className="relative overflow-x-auto rounded-xl border border-line bg-surface"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has only a keyboard scrolls what has the focus
      tabIndex={0}
      role="group"
      aria-label={label}
    >
      <table aria-rowcount={rowCount} className="w-full text-sm">
        {children}
      </table>
    </div>
  );
}
type TableFrameProps = { label: string; rowCount?: number; children: ReactNode };
