import { clsx } from 'clsx';
import { ThumbsDown, ThumbsUp } from 'lucide-react';
import type { Feedback, Rating } from '../../src/contract/feedback.ts';
import { t } from '../i18n/translate.ts';
import { IconButton } from '../ui/button.tsx';

/** Whether an answer was good: pressing what is set takes it back. */
export function AnswerRating({ feedback, busy, onRate, className }: AnswerRatingProps) {
  const button = (rating: Rating, label: string) => {
    const isSet = feedback?.rating === rating;
    return {
      label,
      'aria-pressed': isSet,
      'aria-disabled': busy || undefined,
      onClick: () => !busy && onRate(isSet ? undefined : rating),
      className: clsx(className, isSet && 'text-accent! [&_svg]:fill-accent-soft'),
    };
  };
  return (
    <>
      <IconButton {...button('up', t('Good answer'))}>
        <ThumbsUp aria-hidden />
      </IconButton>
      <IconButton {...button('down', t('Bad answer'))}>
        <ThumbsDown aria-hidden />
      </IconButton>
    </>
  );
}
type AnswerRatingProps = {
  feedback: Feedback | undefined;
  busy: boolean;
  onRate(rating: Rating | undefined): void;
  className: string;
};
