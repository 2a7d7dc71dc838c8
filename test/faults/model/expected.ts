import { isDeepStrictEqual } from 'node:util';
import { finalTurnStates, type SessionEvent, type TurnState } from '../../../src/contract/events.ts';
import type { SessionView, TurnView } from '../../../src/contract/fold.ts';
import type { Session } from '../../../src/contract/sessions.ts';
import { answerOf, failureCode, lookingText, messageOf, type Plan } from './plan.ts';

/** A message that was acknowledged, and all that can be told of its turn from outside. */
export type ExpectedTurn = {
  clientTurnId: string;
  turnId: string;
  seq: number;
  plan: Plan;
  /** Servers that were killed since the message was stored. */
  crashes: number;
  /** A stop was asked for and its answer lost. */
  mayBeStopped: boolean;
  /** The end that a person was told or shown. It stands for ever. */
  ended?: TurnState;
};

/** What a session must look like. */
export type ExpectedSession = {
  isDeleted: boolean;
  /** Undefined until somebody names it. */
  title: string | undefined;
  archived: boolean;
  pinned: boolean;
  /** What its log says was changed, and how often. */
  changes: SessionView['changes'];
  updates: number;
  turns: ExpectedTurn[];
};

export type Expected = { sessions: ExpectedSession[] };

const maxAttempts = 3;
const maxTitleLength = 60;

export function newSession(): ExpectedSession {
  return {
    isDeleted: false,
    title: undefined,
    archived: false,
    pinned: false,
    changes: {},
    updates: 0,
    turns: [],
  };
}

function isOver(turn: Pick<TurnView, 'state'>): boolean {
  return finalTurnStates.has(turn.state);
}

/** Where a view of a session's whole log is not what it must be; empty when it is.
 *  @param isAtRest  nothing moves any more: each turn has ended, or its model is silent, or it waits behind such a one */
export function viewDifferences(expected: ExpectedSession, view: SessionView, isAtRest: boolean): string[] {
  const { turns } = expected;
  const differences: string[] = [];
  const want = (what: string, isSo: boolean, is: unknown) => {
    if (!isSo) differences.push(`${what}, not ${JSON.stringify(is)}`);
  };
  want(
    `messages once and in the order of their acknowledgements: ${turns.map(({ turnId }) => turnId).join(' ')}`,
    isDeepStrictEqual(
      view.turns.map(({ turnId, clientTurnId, text }) => [turnId, clientTurnId, text]),
      turns.map(({ turnId, clientTurnId, plan }) => [turnId, clientTurnId, messageOf(plan)]),
    ),
    view.turns.map(({ turnId, text }) => [turnId, text]),
  );
  want(`changes ${JSON.stringify(expected.changes)}`, isDeepStrictEqual(view.changes, expected.changes), view.changes);
  let isBlocked = false;
  for (const [index, turn] of turns.entries()) {
    const seen = view.turns[index];
    if (!seen) break;
    for (const fault of turnFaults(turn, seen, isAtRest, isBlocked)) {
      differences.push(`turn ${index + 1} (${turn.turnId}) ${fault}: ${JSON.stringify(seen)}`);
    }
    isBlocked ||= !isOver(seen);
  }
  return differences;
}

function turnFaults(turn: ExpectedTurn, seen: TurnView, isAtRest: boolean, isBlocked: boolean): string[] {
  const faults: string[] = [];
  const { plan, ended, crashes } = turn;
  const { state, attempt, code, answer, steps, running } = seen;
  const whole = answerOf(plan);
  const must = (what: string, isSo: boolean) => {
    if (!isSo) faults.push(`must ${what}`);
  };

  if (ended !== undefined) must(`be ${ended} for ever`, state === ended);
  must(`be one of ${lawfulStates(turn).join(', ')}`, lawfulStates(turn).includes(state));
  const most = Math.min(maxAttempts, 1 + crashes);
  must(`have at most ${most} attempts`, attempt <= most);
  if (isBlocked) must('wait behind the turn before it', state === 'queued' || isOver(seen));
  if (isBlocked || state === 'queued') must('not have been begun', isOver(seen) || attempt === 0);
  if (isAtRest && !isBlocked) must('have been begun', state !== 'queued');
  if (isAtRest && state === 'running') {
    must('be silent', plan.ending === 'silence');
    must('show all that was written', running?.text === whole);
  }

  const hasLooked = steps[0]?.step === 0 && plan.looks && !steps[0].final;
  const look = hasLooked ? steps[0] : undefined;
  if (look) {
    must('have said that it looks', look.text === lookingText && look.tools.length === 1);
    const isAnswered = look.tools[0]?.output !== undefined;
    must('have looked before it answers', isAnswered || steps.length === 1);
  }
  must('show its own words', running === undefined || isPartOfPlan(plan, running.step, running.text));
  if (state === 'failed' || state === 'cancelled' || state === 'interrupted') {
    must(`say ${codes[state]}`, code === codes[state]);
    const step = hasLooked ? 1 : 0;
    must('keep words of its own', answer === undefined || (answer.partial && isPartOfPlan(plan, step, answer.text)));
  } else if (state === 'done') {
    must('be answered whole', answer?.text === whole && !answer.partial);
    must('have each of its steps', steps.length === (plan.looks ? 2 : 1));
  } else {
    must('have no answer yet', answer === undefined);
  }
  return faults;
}

const codes = { failed: failureCode, cancelled: 'stopped', interrupted: 'too_many_attempts' } as const;

/** The states a turn may be in, whatever happened meanwhile. */
function lawfulStates({ plan, crashes, mayBeStopped, ended }: ExpectedTurn): TurnState[] {
  const ends: Record<Plan['ending'], TurnState[]> = { whole: ['done'], failure: ['failed'], silence: [] };
  return [
    'queued',
    'running',
    ...ends[plan.ending],
    ...(crashes >= maxAttempts ? (['interrupted'] as const) : []),
    ...(mayBeStopped || ended === 'cancelled' ? (['cancelled'] as const) : []),
  ];
}

function isPartOfPlan(plan: Plan, step: number, text: string): boolean {
  const whole = plan.looks && step === 0 ? lookingText : answerOf(plan);
  return text !== '' && whole.startsWith(text);
}

/** Where a session's own facts are not what they must be, beside the log read right after them. */
export function factDifferences(
  expected: ExpectedSession,
  session: Session,
  log: readonly SessionEvent[],
  isAtRest: boolean,
): string[] {
  const { turns, archived, pinned, updates } = expected;
  const title = expected.title ?? titleAfter(turns[0]);
  const messages = log.filter((event) => event.type === 'user_message' || isFinalAnswer(event)).length;
  const exact: [string, unknown, unknown][] = [
    ['title', session.title, title],
    ['archived', session.archived, archived],
    ['pinned', session.pinned, pinned],
    ['is_active', session.is_active, true],
    ['user_queries', session.user_queries, turns.length],
    ['messages in the log', count(log, 'user_message'), turns.length],
    ['changes in the log', count(log, 'session_updated'), updates],
    ...(isAtRest
      ? ([
          ['chat_messages', session.chat_messages, messages],
          ['last_seq', session.last_seq, log.length],
        ] as [string, unknown, unknown][])
      : []),
  ];
  const differences = exact.flatMap(([what, is, must]) =>
    is === must ? [] : [`${what} must be ${JSON.stringify(must)}, not ${JSON.stringify(is)}`],
  );
  if (session.chat_messages > messages || session.last_seq > log.length) {
    differences.push(`counters ${session.chat_messages} and ${session.last_seq} are ahead of the log`);
  }
  return differences;
}

const isFinalAnswer = (event: SessionEvent) => event.type === 'agent_message' && event.final;
const count = (log: readonly SessionEvent[], type: SessionEvent['type']) =>
  log.filter((event) => event.type === type).length;

/** The first message cut at a word before 60 characters. */
function titleAfter(first: ExpectedTurn | undefined): string {
  if (!first) return 'New session';
  const words = messageOf(first.plan).split(' ');
  while (words.join(' ').length > maxTitleLength) words.pop();
  return words.join(' ');
}
