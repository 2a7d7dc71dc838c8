import { Fragment, memo } from 'react';
import type { Feedback } from '../../src/contract/feedback.ts';
import { AgentLine } from './agent-line.tsx';
import type { ArrangedTurn } from './arrange-turns.ts';
import { restWhenUnseen } from './rest-when-unseen.ts';
import type { StopWish } from './stopper.ts';
import { type TurnActions, TurnItem } from './turn-item.tsx';

/** Turns that rest together out of sight, once no other will join them. While older turns are drawn before them they are not drawn again. */
export const TurnGroup = memo(function TurnGroup(props: TurnGroupProps) {
  const { turns, isFull, authorOf, agents, feedback, wishes, isCut, sessionId, onChoose, onEdit, onAnew, onRate } =
    props;
  return (
    <div ref={isFull ? restWhenUnseen : undefined} className="turns contained space-y-8">
      {turns.map(({ key, turn, messages, answers }) => (
        <Fragment key={key}>
          <AgentLine name={agents.get(turn.turnId)} />
          <TurnItem
            turn={turn}
            author={authorOf(turn.authorUserId)}
            messages={messages}
            answers={answers}
            feedback={feedback.get(turn.turnId)}
            sessionId={sessionId}
            onChoose={onChoose}
            onEdit={onEdit}
            onAnew={onAnew}
            onRate={onRate}
            wish={wishes.get(turn.turnId)}
            isCut={isCut && turn.state === 'running'}
          />
        </Fragment>
      ))}
    </div>
  );
}, isDrawnAlike);

export type TurnGroupProps = TurnActions & {
  turns: readonly ArrangedTurn[];
  /** No turn will be added. */
  isFull: boolean;
  /** What somebody is called; undefined for the person who looks. */
  authorOf(userId: string): string | undefined;
  /** Who answers from a turn on, by its id, where that changes. */
  agents: ReadonlyMap<string, string>;
  feedback: ReadonlyMap<string, Feedback>;
  wishes: ReadonlyMap<string, StopWish>;
  /** Events may be missing at the moment. */
  isCut: boolean;
};

/** Turns are put into groups anew with each that is drawn. With an event they are arranged anew, and each turn finds for itself whether it changed. */
function isDrawnAlike(a: TurnGroupProps, b: TurnGroupProps): boolean {
  const { turns: ofA, ...restOfA } = a;
  const { turns: ofB, ...restOfB } = b;
  const keys = Object.keys(restOfB) as (keyof typeof restOfB)[];
  return (
    keys.every((key) => restOfA[key] === restOfB[key]) &&
    ofA.length === ofB.length &&
    ofA.every((turn, index) => turn === ofB[index])
  );
}
