import { finalTurnStates } from '../../src/contract/events.ts';
import type { TurnView } from '../../src/contract/fold.ts';
import type { StopWish } from './stopper.ts';

export type TurnNote = { words: string; tone: 'quiet' | 'problem'; canTryAgain: boolean };

/** What a page knows of a turn beside its events. */
export type TurnSurroundings = {
  wish: StopWish | undefined;
  /** Events may be missing at the moment. */
  isCut: boolean;
  /** This page saw the text of the answer give way to another. */
  beganAgain: boolean;
};

/** What stands under a turn at the moment: what the person did last first, then what the page is in, then what the turn says. */
export function noteOf(turn: TurnView, { wish, isCut, beganAgain }: TurnSurroundings): TurnNote | undefined {
  const isOver = finalTurnStates.has(turn.state);
  if (wish && !isOver) return { ...quiet(wishWords(wish)), tone: wish.state === 'refused' ? 'problem' : 'quiet' };
  if (isCut && turn.state === 'running') return quiet('Reconnecting… What is answered meanwhile appears here.');
  if (beganAgain && (turn.state === 'running' || turn.state === 'done')) {
    return quiet('The answer was begun again after a restart');
  }
  return turnNote(turn);
}

const quiet = (words: string): TurnNote => ({ words, tone: 'quiet', canTryAgain: false });

export function wishWords(wish: StopWish): string {
  switch (wish.state) {
    case 'stopping':
      return 'Stopping…';
    case 'waiting':
      return 'Not stopped yet: no connection. It will be stopped when the connection is back.';
    case 'refused':
      return `Could not stop the answer. ${wish.message}`;
  }
}

/** What a person must know about a turn beside its text; undefined when the text says it all. */
export function turnNote(turn: TurnView): TurnNote | undefined {
  switch (turn.state) {
    case 'queued':
      return { words: 'Waiting for its turn', tone: 'quiet', canTryAgain: false };
    case 'running':
      return turn.attempt > 1 ? { words: 'Continued after a restart', tone: 'quiet', canTryAgain: false } : undefined;
    case 'waiting_approval':
      return { words: 'Waiting for an approval', tone: 'quiet', canTryAgain: false };
    case 'done':
      return undefined;
    case 'cancelled':
      return { words: stopReasons[turn.code ?? ''] ?? 'Stopped', tone: 'quiet', canTryAgain: true };
    case 'interrupted':
      return {
        words: `${interruptions[turn.code ?? ''] ?? 'Interrupted: the server went down several times while answering.'}${turn.answer ? ' The text so far is kept.' : ''}`,
        tone: 'problem',
        canTryAgain: true,
      };
    case 'failed': {
      const code = turn.code ?? '';
      const words = failures[code] ?? `No answer: something went wrong on the server${code && ` (${code})`}.`;
      return { words, tone: 'problem', canTryAgain: true };
    }
  }
}

const stopReasons: Record<string, string> = {
  session_inactive: 'Stopped: an administrator closed this session',
  invalidated: 'Stopped: an administrator closed this session',
  stopped_by_administrator: 'Stopped by an administrator',
  unanswered_elsewhere: 'Not answered where it was asked',
  unfinished_in_export: 'Not answered: it was waiting when the session was exported',
  not_shared: 'Stopped: whoever asked may not write in this session any more',
  author_gone: 'Stopped: the account of whoever asked was deactivated',
};

const interruptions: Record<string, string> = {
  unfinished_in_export: 'Interrupted: it was being answered when the session was exported.',
};

const failures: Record<string, string> = {
  model_unreachable: 'No answer: the language model cannot be reached. An administrator can check its address.',
  model_unauthorized: 'No answer: the language model refused the server’s key. An administrator can set it right.',
  model_rate_limited: 'No answer: the language model gets too many requests. Try again in a minute.',
  model_overloaded: 'No answer: the language model is overloaded. Try again in a minute.',
  model_timeout: 'No answer: the language model took too long.',
  model_bad_response: 'No answer: the language model sent something that cannot be read.',
  model_refused_request: 'No answer: the language model refused the request.',
  output_too_long: 'The answer grew too long and was cut. The text so far is kept.',
  budget_exhausted:
    'No answer: a budget of tokens for today is used up. Try again tomorrow, or ask an administrator for more.',
  agent_unavailable: 'You may no longer use this agent. Choose another, or ask an administrator for access.',
};
