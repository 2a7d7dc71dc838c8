import { ChevronLeft, ChevronRight } from 'lucide-react';
import { IconButton } from '../ui/button.tsx';
import type { Versions } from './arrange-turns.ts';

/** Leads from one version of a message or of an answer to the next. Nothing where there is only one.
 *  @param what  of which it is a version, as in "version of this answer" */
export function VersionArrows({ versions: { turnIds, at }, what, onChoose }: VersionArrowsProps) {
  if (turnIds.length < 2) return null;
  const arrow = (to: number, label: string) => {
    const turnId = turnIds[to];
    const isEnd = turnId === undefined;
    return {
      label,
      // The arrow that led to an end keeps the focus there.
      'aria-disabled': isEnd || undefined,
      onClick: () => turnId !== undefined && onChoose(turnId),
      className: 'size-7! max-sm:size-9! aria-disabled:cursor-default aria-disabled:opacity-40 [&_svg]:size-4!',
    };
  };
  return (
    <fieldset className="inline-flex items-center text-xs text-muted" aria-label={`Versions of this ${what}`}>
      <IconButton {...arrow(at - 1, `Previous version of this ${what}`)}>
        <ChevronLeft aria-hidden className="rtl:rotate-180" />
      </IconButton>
      <span aria-live="polite" className="tabular-nums">
        <span className="sr-only">Version </span>
        {at + 1} of {turnIds.length}
      </span>
      <IconButton {...arrow(at + 1, `Next version of this ${what}`)}>
        <ChevronRight aria-hidden className="rtl:rotate-180" />
      </IconButton>
    </fieldset>
  );
}
type VersionArrowsProps = { versions: Versions; what: 'message' | 'answer'; onChoose(turnId: string): void };
