import { RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { finalTurnStates } from '../../src/contract/events.ts';
import type { Feedback, Rating } from '../../src/contract/feedback.ts';
import type { TurnView } from '../../src/contract/fold.ts';
import { type ApiError, asApiError } from '../api/errors.ts';
import { IconButton } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { AnswerRating } from './answer-rating.tsx';
import type { Versions } from './arrange-turns.ts';
import { RatingReason } from './rating-reason.tsx';
import type { Rate } from './use-feedback.ts';
import { VersionArrows } from './version-arrows.tsx';

/** What can be done with an answer, under it. */
export function AnswerFoot({ turn, answers, feedback, onChoose, onAnew, onRate }: AnswerFootProps) {
  const { answer, turnId } = turn;
  const { busy, error, rate } = useRating(turnId, onRate);
  /** The rating this page just gave: a bad one is asked for its reason. */
  const [given, setGiven] = useState<Rating>();
  const isOver = finalTurnStates.has(turn.state);
  if (!answer && answers.turnIds.length < 2) return null;
  const setRating = (rating: Rating | undefined) => {
    setGiven(rating);
    void rate(rating ? { rating, reason: '' } : null);
  };
  return (
    <>
      <div className="-ml-2 flex flex-wrap items-center gap-0.5 text-xs text-muted">
        <VersionArrows versions={answers} what="answer" onChoose={onChoose} />
        {answer && <CopyButton text={answer.text} label="Copy answer" className={action} />}
        {answer && isOver && onAnew && (
          <IconButton label="Answer again" className={action} onClick={() => onAnew(turn)}>
            <RefreshCw aria-hidden />
          </IconButton>
        )}
        {answer && isOver && <AnswerRating feedback={feedback} busy={busy} onRate={setRating} className={action} />}
        {answer && answer.model !== '' && <span className="ml-1.5 text-faint">{answer.model}</span>}
      </div>
      {feedback && (given !== undefined || feedback.reason !== '') && (
        <RatingReason
          key={`${turnId} ${feedback.rating}`}
          reason={feedback.reason}
          busy={busy}
          isAsked={given === 'down' && feedback.reason === ''}
          onSave={(reason) => rate({ rating: feedback.rating, reason })}
        />
      )}
      {error && (
        <p role="alert" className="text-sm text-danger">
          Your rating was not saved: {error.message}
        </p>
      )}
    </>
  );
}
type AnswerFootProps = {
  turn: TurnView;
  answers: Versions;
  feedback: Feedback | undefined;
  onChoose(turnId: string): void;
  onAnew: ((turn: TurnView) => void) | undefined;
  onRate: Rate;
};

const action = 'size-7! max-sm:size-9! [&_svg]:size-3.5!';

function useRating(turnId: string, onRate: Rate) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  const rate = async (given: Parameters<Rate>[1]): Promise<boolean> => {
    setBusy(true);
    setError(undefined);
    try {
      await onRate(turnId, given);
      return true;
    } catch (thrown) {
      setError(asApiError(thrown));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, rate };
}
