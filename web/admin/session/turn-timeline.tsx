import { useInfiniteQuery } from '@tanstack/react-query';
import { clsx } from 'clsx';
import type { ReactNode } from 'react';
import type { AdminTurn, TurnAttempt } from '../../../src/contract/admin-session.ts';
import type { TurnState } from '../../../src/contract/events.ts';
import { listTurnsOf } from '../../api/admin.ts';
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
    <Section title="Turns" hint="What was asked and answered is not shown here; it is read with a reason.">
      {query.isPending && <Skeleton lines={6} />}
      {query.error && !turns && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {turns?.length === 0 && <p className="text-sm text-muted">Nothing was asked yet.</p>}
      {turns && turns.length > 0 && (
        <ol className="space-y-3">
          {turns.map((turn) => (
            <Turn key={turn.turn_id} turn={turn} />
          ))}
        </ol>
      )}
      {query.hasNextPage && (
        <Button className="mt-3" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Show older turns
        </Button>
      )}
    </Section>
  );
}

function Turn({ turn }: { turn: AdminTurn }) {
  const waited = waitedMs(turn);
  return (
    <li data-turn={turn.turn_id} className="rounded-xl border border-line bg-surface px-4 py-3 text-sm">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h3 className="font-medium">Turn {turn.turn_no}</h3>
        <TurnStateSign state={turn.state} />
        <span className="text-muted">
          {turn.username || 'a program'} asked {turn.agent_name}
          {turn.agent_version === null ? '' : ` (version ${turn.agent_version})`} <Moment at={turn.asked_at} />
          {turn.replaces_turn_no !== null && `, again in place of turn ${turn.replaces_turn_no}`}
          {waited !== undefined && waited >= 1_000 && `, waited ${spanWords(waited)}`}
        </span>
      </div>
      {(turn.state === 'failed' || turn.state === 'interrupted') && (
        <p className="mt-1 text-danger">{turnFailureWords(turn.code ?? '')}</p>
      )}
      {turn.tools.length > 0 && (
        <p className="mt-1 text-muted">
          Tools: {turn.tools.map(({ name, calls }) => (calls > 1 ? `${name} × ${calls}` : name)).join(', ')}
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

const stateWords: Readonly<Record<TurnState, string>> = {
  queued: 'Waiting',
  running: 'Answering',
  waiting_approval: 'Waits for an approval',
  done: 'Answered',
  failed: 'Failed',
  cancelled: 'Stopped',
  interrupted: 'Interrupted',
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
  done: 'answered',
  failed: 'failed',
  cancelled: 'stopped',
  interrupted: 'interrupted',
  lost: 'lost with its server',
};

function Attempt({ attempt, isOnly }: { attempt: TurnAttempt; isOnly: boolean }) {
  const [first, took] = [firstTextMs(attempt), tookMs(attempt)];
  const outcome = attempt.outcome === null ? 'under way' : (outcomeWords[attempt.outcome] ?? attempt.outcome);
  return (
    <li className="flex flex-wrap gap-x-4 gap-y-0.5">
      {!isOnly && (
        <span className="font-medium">
          Attempt {attempt.attempt}: {outcome}
        </span>
      )}
      <Fact name="Model">{attempt.model || 'not known'}</Fact>
      <Fact name="First words after">{first === undefined ? '–' : spanWords(first)}</Fact>
      <Fact name="Took">{took === undefined ? 'under way' : spanWords(took)}</Fact>
      <Fact name="Tokens">
        {attempt.input_tokens.toLocaleString()} in, {attempt.output_tokens.toLocaleString()} out
      </Fact>
      <Fact name="Server">
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
