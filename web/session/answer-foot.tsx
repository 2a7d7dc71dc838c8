import { RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { finalTurnStates } from '../../src/contract/events.ts';
import type { Feedback, Rating } from '../../src/contract/feedback.ts';
import type { TurnView } from '../../src/contract/fold.ts';
import { asApiError } from '../api/errors.ts';
import { named, said, t } from '../i18n/translate.ts';
import { IconButton } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { AnswerRating } from './answer-rating.tsx';
import type { Versions } from './arrange-turns.ts';
import { ForkButton } from './fork-button.tsx';
import { RatingReason } from './rating-reason.tsx';
import type { Rate } from './use-feedback.ts';
import { VersionArrows } from './version-arrows.tsx';

/** What can be done with an answer, under it. */
export function AnswerFoot({ sessionId, turn, answers, feedback, onChoose, onAnew, onRate }: AnswerFootProps) {
  const { answer, turnId } = turn;
  const { busy, failure, run } = useWork();
  const rate = (next: Parameters<Rate>[1]) =>
    run(
      () => onRate(turnId, next),
      (problem) => t('Your rating was not saved: {problem}', { problem }),
    );
  /** The rating this page just gave: a bad one is asked for its reason. */
  const [given, setGiven] = useState<Rating>();
  const isOver = finalTurnStates.has(turn.state);
  // Its room is there from the start: nothing moves when the answer is whole, nor when there is nothing to read yet.
  if (!answer && answers.turnIds.length < 2)
    return isOver ? null : <div className="flex h-7 items-center max-sm:h-9">{isThinking(turn) && <Thinking />}</div>;
  const setRating = (rating: Rating | undefined) => {
    setGiven(rating);
    void rate(rating ? { rating, reason: '' } : null);
  };
  return (
    <>
      <div className="-ms-2 flex flex-wrap items-center gap-0.5 text-xs text-muted">
        <VersionArrows versions={answers} what="answer" onChoose={onChoose} />
        {isThinking(turn) && <Thinking />}
        {answer && <CopyButton text={answer.text} label={t('Copy answer')} className={action} />}
        {answer && isOver && onAnew && (
          <IconButton label={t('Answer again')} className={action} onClick={() => onAnew(turn)}>
            <RefreshCw aria-hidden />
          </IconButton>
        )}
        {answer && isOver && (
          <ForkButton sessionId={sessionId} turnId={turnId} busy={busy} run={run} className={action} />
        )}
        {answer && isOver && <AnswerRating feedback={feedback} busy={busy} onRate={setRating} className={action} />}
        {answer && answer.model !== '' && <span className="ms-1.5 text-faint">{named(answer.model)}</span>}
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
      {failure !== undefined && (
        <p role="alert" className="text-sm text-danger">
          {failure}
        </p>
      )}
    </>
  );
}
type AnswerFootProps = {
  sessionId: string;
  turn: TurnView;
  answers: Versions;
  feedback: Feedback | undefined;
  onChoose(turnId: string): void;
  onAnew: ((turn: TurnView) => void) | undefined;
  onRate: Rate;
};

/** No text comes at the moment, and no tool is at work. */
function isThinking({ state, running, steps, answer }: TurnView): boolean {
  return (
    state === 'running' &&
    !running &&
    !answer &&
    steps.every(({ tools }) => tools.every((call) => call.isError !== undefined))
  );
}

const Thinking = () => (
  <p className="flex items-center gap-2 text-sm text-muted">
    <span aria-hidden className="size-2 animate-pulse rounded-full bg-accent" /> {t('Working on it…')}
  </p>
);

const action = 'size-7! max-sm:size-9! [&_svg]:size-3.5!';

const notForked = (problem: string) => t('No new session was made: {problem}', { problem });

/** One thing at a time, and in words what went wrong with the last. */
function useWork() {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const run = async (work: () => Promise<void>, failureWords = notForked): Promise<boolean> => {
    setBusy(true);
    setFailure(undefined);
    try {
      await work();
      return true;
    } catch (thrown) {
      setFailure(failureWords(said(asApiError(thrown).message)));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, failure, run };
}
