import { finalTurnStates } from '../../src/contract/events.ts';
import type { TurnView } from '../../src/contract/fold.ts';
import { said, t } from '../i18n/translate.ts';
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
  if (isCut && turn.state === 'running') return quiet(t('Reconnecting… What is answered meanwhile appears here.'));
  if (beganAgain && (turn.state === 'running' || turn.state === 'done')) {
    return quiet(t('The answer was begun again after a restart'));
  }
  return turnNote(turn);
}

const quiet = (words: string): TurnNote => ({ words, tone: 'quiet', canTryAgain: false });

export function wishWords(wish: StopWish): string {
  switch (wish.state) {
    case 'stopping':
      return t('Stopping…');
    case 'waiting':
      return t('Not stopped yet: no connection. It will be stopped when the connection is back.');
    case 'refused':
      return t('Could not stop the answer. {problem}', { problem: said(wish.message) });
  }
}

/** What a person must know about a turn beside its text; undefined when the text says it all. */
export function turnNote(turn: TurnView): TurnNote | undefined {
  switch (turn.state) {
    case 'queued':
      return { words: t('Waiting for its turn'), tone: 'quiet', canTryAgain: false };
    case 'running':
      return turn.attempt > 1
        ? { words: t('Continued after a restart'), tone: 'quiet', canTryAgain: false }
        : undefined;
    case 'waiting_approval':
      return { words: t('Waiting for an approval'), tone: 'quiet', canTryAgain: false };
    case 'done':
      return undefined;
    case 'cancelled':
      return { words: stopReasons[turn.code ?? ''] ?? t('Answer stopped'), tone: 'quiet', canTryAgain: true };
    case 'interrupted':
      return {
        words: interruptedWords(turn.code === 'unfinished_in_export', turn.answer !== undefined),
        tone: 'problem',
        canTryAgain: true,
      };
    case 'failed': {
      const code = turn.code ?? '';
      const words = failures[code] ?? failedWords(code);
      return { words, tone: 'problem', canTryAgain: true };
    }
  }
}

const stopReasons: Record<string, string> = {
  session_inactive: t('Stopped: an administrator closed this session'),
  invalidated: t('Stopped: an administrator closed this session'),
  stopped_by_administrator: t('Stopped by an administrator'),
  unanswered_elsewhere: t('Not answered where it was asked'),
  unfinished_in_export: t('Not answered: it was waiting when the session was exported'),
  not_shared: t('Stopped: whoever asked may not write in this session any more'),
  author_gone: t('Stopped: the account of whoever asked was deactivated'),
};

function interruptedWords(byExport: boolean, hasText: boolean): string {
  if (byExport)
    return hasText
      ? t('Interrupted: it was being answered when the session was exported. The text so far is kept.')
      : t('Interrupted: it was being answered when the session was exported.');
  return hasText
    ? t('Interrupted: the server went down several times while answering. The text so far is kept.')
    : t('Interrupted: the server went down several times while answering.');
}

const failedWords = (code: string) =>
  code === ''
    ? t('No answer: something went wrong on the server.')
    : t('No answer: something went wrong on the server ({code}).', { code });

const failures: Record<string, string> = {
  model_unreachable: t('No answer: the language model cannot be reached. An administrator can check its address.'),
  model_unauthorized: t('No answer: the language model refused the server’s key. An administrator can set it right.'),
  model_rate_limited: t('No answer: the language model gets too many requests. Try again in a minute.'),
  model_overloaded: t('No answer: the language model is overloaded. Try again in a minute.'),
  model_timeout: t('No answer: the language model took too long.'),
  model_bad_response: t('No answer: the language model sent something that cannot be read.'),
  model_refused_request: t('No answer: the language model refused the request.'),
  output_too_long: t('The answer grew too long and was cut. The text so far is kept.'),
  budget_exhausted: t(
    'No answer: a budget of tokens for today is used up. Try again tomorrow, or ask an administrator for more.',
  ),
  agent_unavailable: t('You may no longer use this agent. Choose another, or ask an administrator for access.'),
};
