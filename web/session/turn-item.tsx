import { clsx } from 'clsx';
import { ChevronRight, RotateCcw } from 'lucide-react';
import { memo } from 'react';
import type { AnswerView, TurnView } from '../../src/contract/fold.ts';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Markdown } from './markdown.tsx';
import { SourceList } from './source-list.tsx';
import type { StopWish } from './stopper.ts';
import { ToolLine } from './tool-line.tsx';
import { noteOf } from './turn-words.ts';
import { useBeganAgain } from './use-began-again.ts';
import { UserMessage } from './user-message.tsx';

/** One message and everything done to answer it. Drawn again only when the fold changed this very turn. */
export const TurnItem = memo(function TurnItem({ turn, earlier, ...rest }: TurnItemProps) {
  return (
    <article aria-label="Question and answer" className="space-y-4">
      <UserMessage text={turn.text} at={turn.at} />
      {earlier.length > 0 && <EarlierTries tries={earlier} />}
      <Answer turn={turn} {...rest} />
    </article>
  );
});
type AnswerProps = {
  turn: TurnView;
  onTryAgain: ((turn: TurnView) => void) | undefined;
  wish: StopWish | undefined;
  isCut: boolean;
};
type TurnItemProps = AnswerProps & { earlier: TurnView[] };

function Answer({ turn, onTryAgain, wish, isCut }: AnswerProps) {
  const { running, answer } = turn;
  const beganAgain = useBeganAgain(turn);
  const note = noteOf(turn, { wish, isCut, beganAgain });
  const thinking = turn.state === 'running' && !running && turn.steps.every((step) => step.tools.every(isDone));
  return (
    <div className="space-y-3">
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
      {thinking && <Thinking />}
      {answer && answer.citations.length > 0 && <SourceList turnId={turn.turnId} citations={answer.citations} />}
      {answer && <AnswerFoot answer={answer} />}
      {note && (
        <div
          className={clsx(
            'flex flex-wrap items-center gap-x-3 gap-y-1.5 text-sm',
            turn.state === 'queued' && 'appears-late',
          )}
        >
          <span className={note.tone === 'problem' ? 'text-danger' : 'text-muted'}>{note.words}</span>
          {note.canTryAgain && onTryAgain && (
            <Button look="plain" className="min-h-8! py-1!" onClick={() => onTryAgain(turn)}>
              <RotateCcw aria-hidden className="size-3.5" /> Try again
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

function partsOf({ steps, running }: TurnView) {
  const parts = steps.map((step) => ({ ...step, streaming: false }));
  if (!running) return parts;
  return [...parts, { step: running.step, text: running.text, tools: [], streaming: true }];
}

const isDone = (call: { output?: unknown; isError?: boolean }) => call.isError !== undefined;

const Thinking = () => (
  <p className="flex items-center gap-2 text-sm text-muted">
    <span aria-hidden className="size-2 animate-pulse rounded-full bg-accent" /> Working on it…
  </p>
);

function AnswerFoot({ answer }: { answer: AnswerView }) {
  return (
    <div className="flex items-center gap-1 text-xs text-faint">
      {answer.model !== '' && <span>{answer.model}</span>}
      <CopyButton text={answer.text} label="Copy answer" className="size-7! only:-ml-2 [&_svg]:size-3.5!" />
    </div>
  );
}

function EarlierTries({ tries }: { tries: TurnView[] }) {
  return (
    <details className="group">
      <summary className="flex list-none items-center gap-1 text-sm text-muted hover:text-ink">
        <ChevronRight aria-hidden className="size-4 transition-transform group-open:rotate-90" />
        {tries.length === 1 ? 'An earlier try' : `${tries.length} earlier tries`}
      </summary>
      <div className="mt-2 space-y-4 border-l-2 border-line pl-4">
        {tries.map((turn) => (
          <Answer key={turn.turnId} turn={turn} onTryAgain={undefined} wish={undefined} isCut={false} />
        ))}
      </div>
    </details>
  );
}
