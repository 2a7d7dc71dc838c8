import { clsx } from 'clsx';
import { RotateCcw } from 'lucide-react';
import { memo } from 'react';
import type { Feedback } from '../../src/contract/feedback.ts';
import type { TurnView } from '../../src/contract/fold.ts';
import { t } from '../i18n/translate.ts';
import { Button } from '../ui/button.tsx';
import { AnswerFoot } from './answer-foot.tsx';
import type { Versions } from './arrange-turns.ts';
import { Markdown } from './markdown.tsx';
import { SourceList } from './source-list.tsx';
import type { StopWish } from './stopper.ts';
import { ToolLine } from './tool-line.tsx';
import { TurnMessage } from './turn-message.tsx';
import { noteOf } from './turn-words.ts';
import { useBeganAgain } from './use-began-again.ts';
import type { Rate } from './use-feedback.ts';

/** One message and everything done to answer it. Drawn again only when the fold changed this very turn, or what stands beside it. */
export const TurnItem = memo(function TurnItem({ turn, author, messages, ...given }: TurnItemProps) {
  // What somebody else wrote is not sent again in their place.
  const rest = author === undefined ? given : { ...given, onEdit: undefined, onAnew: undefined };
  const { onChoose, onEdit } = rest;
  return (
    <article aria-label={t('Question and answer')} data-turn={turn.turnId} className="contained space-y-4">
      <TurnMessage
        key={turn.turnId}
        turn={turn}
        author={author}
        versions={messages}
        onChoose={onChoose}
        onEdit={onEdit}
      />
      <Answer turn={turn} {...rest} />
    </article>
  );
}, isDrawnAlike);
type TurnItemProps = TurnActions & {
  turn: TurnView;
  /** Who asked, where it was somebody else. */
  author: string | undefined;
  messages: Versions;
  answers: Versions;
  feedback: Feedback | undefined;
  wish: StopWish | undefined;
  isCut: boolean;
};

/** What a person can do with a turn; absent where the session does not take it. */
export type TurnActions = {
  sessionId: string;
  onChoose(turnId: string): void;
  onEdit: ((turn: TurnView, text: string) => void) | undefined;
  onAnew: ((turn: TurnView) => void) | undefined;
  onRate: Rate;
};

/** Versions are arranged anew with every event; equal ones are no reason to draw. */
function isDrawnAlike(a: TurnItemProps, b: TurnItemProps): boolean {
  const { messages: ofA, answers: answersOfA, ...restOfA } = a;
  const { messages: ofB, answers: answersOfB, ...restOfB } = b;
  const keys = Object.keys(restOfB) as (keyof typeof restOfB)[];
  return keys.every((key) => restOfA[key] === restOfB[key]) && isSame(ofA, ofB) && isSame(answersOfA, answersOfB);
}

const isSame = (a: Versions, b: Versions) => a.at === b.at && a.turnIds.join() === b.turnIds.join();

function Answer({
  turn,
  answers,
  feedback,
  wish,
  isCut,
  ...actions
}: Omit<TurnItemProps, 'messages' | 'onEdit' | 'author'>) {
  const { sessionId, onChoose, onAnew, onRate } = actions;
  return (
    <div data-said="assistant" className="space-y-3">
      <AnswerBody key={`text of ${turn.turnId}`} turn={turn} />
      <AnswerFoot
        sessionId={sessionId}
        turn={turn}
        answers={answers}
        feedback={feedback}
        onChoose={onChoose}
        onAnew={onAnew}
        onRate={onRate}
      />
      <AnswerNote key={`note on ${turn.turnId}`} turn={turn} wish={wish} isCut={isCut} onAnew={onAnew} />
    </div>
  );
}

function AnswerNote({ turn, wish, isCut, onAnew }: Pick<TurnItemProps, 'turn' | 'wish' | 'isCut' | 'onAnew'>) {
  const beganAgain = useBeganAgain(turn);
  const note = noteOf(turn, { wish, isCut, beganAgain });
  if (!note) return null;
  return (
    <div
      className={clsx(
        'flex flex-wrap items-center gap-x-3 gap-y-1.5 text-sm',
        turn.state === 'queued' && 'appears-late',
      )}
    >
      <span className={note.tone === 'problem' ? 'text-danger' : 'text-muted'}>{note.words}</span>
      {note.canTryAgain && onAnew && (
        <Button look="plain" className="min-h-8! py-1!" onClick={() => onAnew(turn)}>
          <RotateCcw aria-hidden className="size-3.5" /> {t('Try again')}
        </Button>
      )}
    </div>
  );
}

function AnswerBody({ turn }: { turn: TurnView }) {
  const { answer } = turn;
  return (
    <>
      {partsOf(turn).map((part) => (
        // The running text and the message it becomes share a key, so nothing on the page is built anew.
        <div key={part.step} className="space-y-2">
          {part.text !== '' && (
            <Markdown text={part.text} turnId={turn.turnId} citations={answer?.citations} streaming={part.streaming} />
          )}
          {part.tools.map((call) => (
            <ToolLine key={call.callId} call={call} />
          ))}
        </div>
      ))}
      {answer && answer.citations.length > 0 && <SourceList turnId={turn.turnId} citations={answer.citations} />}
    </>
  );
}

function partsOf({ steps, running }: TurnView) {
  const parts = steps.map((step) => ({ ...step, streaming: false }));
  if (!running) return parts;
  return [...parts, { step: running.step, text: running.text, tools: [], streaming: true }];
}
