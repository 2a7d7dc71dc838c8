import { RefreshCw } from 'lucide-react';
import { finalTurnStates } from '../../src/contract/events.ts';
import type { TurnView } from '../../src/contract/fold.ts';
import { IconButton } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import type { Versions } from './arrange-turns.ts';
import { VersionArrows } from './version-arrows.tsx';

/** What can be done with an answer, under it. */
export function AnswerFoot({ turn, answers, onChoose, onAnew }: AnswerFootProps) {
  const { answer } = turn;
  const isOver = finalTurnStates.has(turn.state);
  if (!answer && answers.turnIds.length < 2) return null;
  return (
    <div className="-ml-2 flex flex-wrap items-center gap-0.5 text-xs text-muted">
      <VersionArrows versions={answers} what="answer" onChoose={onChoose} />
      {answer && <CopyButton text={answer.text} label="Copy answer" className={action} />}
      {answer && isOver && onAnew && (
        <IconButton label="Answer again" className={action} onClick={() => onAnew(turn)}>
          <RefreshCw aria-hidden />
        </IconButton>
      )}
      {answer && answer.model !== '' && <span className="ml-1.5 text-faint">{answer.model}</span>}
    </div>
  );
}
type AnswerFootProps = {
  turn: TurnView;
  answers: Versions;
  onChoose(turnId: string): void;
  onAnew: ((turn: TurnView) => void) | undefined;
};

const action = 'size-7! max-sm:size-9! [&_svg]:size-3.5!';
