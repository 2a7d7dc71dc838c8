import { ChevronLeft, ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { rich, t } from '../i18n/translate.ts';
import { IconButton } from '../ui/button.tsx';
import type { Versions } from './arrange-turns.ts';

/** Leads from one version of a message or of an answer to the next. Nothing where there is only one.
 *  @param what  of which it is a version */
export function VersionArrows({ versions: { turnIds, at }, what, onChoose }: VersionArrowsProps) {
  if (turnIds.length < 2) return null;
  const words = wordsOf[what];
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
    <fieldset className="inline-flex items-center text-xs text-muted" aria-label={words.all}>
      <IconButton {...arrow(at - 1, words.previous)}>
        <ChevronLeft aria-hidden className="rtl:rotate-180" />
      </IconButton>
      <span aria-live="polite" className="tabular-nums">
        {rich('<unseen>Version </unseen>{at} of {count}', {
          at: at + 1,
          count: turnIds.length,
          unseen,
        })}
      </span>
      <IconButton {...arrow(at + 1, words.next)}>
        <ChevronRight aria-hidden className="rtl:rotate-180" />
      </IconButton>
    </fieldset>
  );
}
type VersionArrowsProps = { versions: Versions; what: 'message' | 'answer'; onChoose(turnId: string): void };

const unseen = (inner: ReactNode) => <span className="sr-only">{inner}</span>;

const wordsOf = {
  message: {
    all: t('Versions of this message'),
    previous: t('Previous version of this message'),
    next: t('Next version of this message'),
  },
  answer: {
    all: t('Versions of this answer'),
    previous: t('Previous version of this answer'),
    next: t('Next version of this answer'),
  },
};
