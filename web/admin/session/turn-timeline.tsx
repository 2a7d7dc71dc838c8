import { useInfiniteQuery } from '@tanstack/react-query';
import { clsx } from 'clsx';
import type { ReactNode } from 'react';
import type { AdminTurn, TurnAttempt } from '../../../src/contract/admin-session.ts';
import type { TurnState } from '../../../src/contract/events.ts';
import { listTurnsOf } from '../../api/admin.ts';
import { named, rich, t } from '../../i18n/translate.ts';
import { elementsInRow, inRow } from '../../i18n/in-row.ts';
import { Button } from '../../ui/button.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Section } from '../../ui/section.tsx';
import { Failure, Skeleton } from '../../ui/states.tsx';
import { turnFailureWords } from '../now/failure-words.ts';
import { shortId } from '../now/now-search.ts';
import { sessionFactsKey } from './session-facts-key.ts';
import { firstTextMs, spanWords, tookMs, waitedMs } from './turn-times.ts';

const whileRunningMs = 2_000;
const idleMs = 10_000;

/** The turns of a session, the newest first: when, how long, with what; never what was said. */
export function TurnTimeline({ sessionId, isRunning }: { sessionId: string; isRunning: boolean }) {
  const query = useInfiniteQuery({
    queryKey: [...sessionFactsKey(sessionId), 'turns'],
    queryFn: ({ signal, pageParam }) =>
      listTurnsOf(sessionId, pageParam === undefined ? {} : { before: pageParam }, signal),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => page.next_before ?? undefined,
    refetchInterval: isRunning ? whileRunningMs : idleMs,
  });
  const turns = query.data?.pages.flatMap((page) => page.turns);
  return (
    <Section title={t('Turns')} hint={t('What was asked and answered is not shown here; it is read with a reason.')}>
      {query.isPending && <Skeleton lines={6} />}
      {query.error && !turns && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {turns?.length === 0 && <p className="text-sm text-muted">{t('Nothing was asked yet.')}</p>}
      {turns && turns.length > 0 && (
        <ol className="space-y-3">
          {turns.map((turn) => (
            <Turn key={turn.turn_id} turn={turn} />
          ))}
        </ol>
      )}
      {query.hasNextPage && (
        <Button className="mt-3" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('Show older turns')}
        </Button>
      )}
    </Section>
  );
}

function Turn({ turn }: { turn: AdminTurn }) {
  return (
    <li data-turn={turn.turn_id} className="rounded-xl border border-line bg-surface px-4 py-3 text-sm">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h3 className="font-medium">{t('Turn {number}', { number: turn.turn_no })}</h3>
        <TurnStateSign state={turn.state} />
        <span className="text-muted">{askedWords(turn)}</span>
      </div>
      {(turn.state === 'failed' || turn.state === 'interrupted') && (
        <p className="mt-1 text-danger">{turnFailureWords(turn.code ?? '')}</p>
      )}
      {turn.tools.length > 0 && (
        <p className="mt-1 text-muted">
          {t('Tools: {tools}', {
            tools: inRow(turn.tools.map(({ name, calls }) => (calls > 1 ? `${name} × ${calls}` : name))),
          })}
        </p>
      )}
      {turn.attempts.length > 0 && (
        <ul className="mt-2 space-y-1 border-s-2 border-line ps-3">
          {turn.attempts.map((attempt) => (
            <Attempt key={attempt.attempt} attempt={attempt} isOnly={turn.attempts.length === 1} />
          ))}
        </ul>
      )}
    </li>
  );
}

function askedWords(turn: AdminTurn): ReactNode {
  const waited = waitedMs(turn);
  const { username, agent_name: name, agent_version: version, replaces_turn_no: replaced } = turn;
  const agent = version === null ? name : t('{name} (version {version})', { name, version });
  const when = <Moment at={turn.asked_at} />;
  return elementsInRow([
    username
      ? rich('{name} asked {agent} {when}', { name: username, agent, when })
      : rich('a program asked {agent} {when}', { agent, when }),
    ...(replaced === null ? [] : [t('again in place of turn {number}', { number: replaced })]),
    ...(waited !== undefined && waited >= 1_000 ? [t('waited {time}', { time: spanWords(waited) })] : []),
  ]);
}

const stateWords: Readonly<Record<TurnState, string>> = {
  queued: t('Waiting', {}, 'turn'),
  running: t('Answering'),
  waiting_approval: t('Waits for an approval'),
  done: t('Answered', {}, 'turn'),
  failed: t('Failed', {}, 'turn'),
  cancelled: t('Stopped'),
  interrupted: t('Interrupted', {}, 'turn'),
};

function TurnStateSign({ state }: { state: TurnState }) {
  const isBad = state === 'failed' || state === 'interrupted';
  const isOpen = state === 'running' || state === 'queued' || state === 'waiting_approval';
  return (
    <span
      className={clsx(
        'rounded-full px-2 py-0.5 text-xs font-medium',
        isBad && 'bg-danger-soft text-danger',
        isOpen && 'bg-accent-soft text-accent',
        !isBad && !isOpen && 'bg-sunken text-muted',
      )}
    >
      {stateWords[state]}
    </span>
  );
}

const outcomeWords: Readonly<Record<string, string>> = {
  done: t('answered', {}, 'attempt'),
  failed: t('failed', {}, 'attempt'),
  cancelled: t('stopped', {}, 'attempt'),
  interrupted: t('interrupted', {}, 'attempt'),
  lost: t('lost with its server', {}, 'attempt'),
};

function Attempt({ attempt, isOnly }: { attempt: TurnAttempt; isOnly: boolean }) {
  const [first, took] = [firstTextMs(attempt), tookMs(attempt)];
  const outcome = attempt.outcome === null ? t('under way') : (outcomeWords[attempt.outcome] ?? attempt.outcome);
  return (
    <li className="flex flex-wrap gap-x-4 gap-y-0.5">
      {!isOnly && (
        <span className="font-medium">{t('Attempt {number}: {outcome}', { number: attempt.attempt, outcome })}</span>
      )}
      <Fact name={t('Model')}>{named(attempt.model ?? '') || t('not known', {}, 'model')}</Fact>
      <Fact name={t('First words after')}>{first === undefined ? '–' : spanWords(first)}</Fact>
      <Fact name={t('Took')}>{took === undefined ? t('under way') : spanWords(took)}</Fact>
      <Fact name={t('Tokens')}>
        {t('{input, number} in, {output, number} out', {
          input: attempt.input_tokens,
          output: attempt.output_tokens,
        })}
      </Fact>
      <Fact name={t('Server')}>
        <span title={attempt.instance_id} className="font-mono text-xs">
          {shortId(attempt.instance_id)}
        </span>
      </Fact>
    </li>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <span className="sm:whitespace-nowrap">
      <span className="text-muted">{name}</span> <span className="tabular-nums">{children}</span>
    </span>
  );
}
