import type { Clock } from '../../clock.ts';
import { mailProblem } from '../../contract/mail.ts';
import {
  type FailedTurn,
  type InstanceNow,
  instanceReport,
  type NowSnapshot,
  type Queue,
  type RunningTurn,
} from '../../contract/now.ts';
import { readBackupState } from '../backup-state.ts';
import type { Presence } from '../../store/presence.ts';
import type { FailedTurnRecord, InstanceRecord, NowRecord, RunningTurnRecord } from '../../store/queries/now.ts';
import type { Store } from '../../store/store.ts';

export type NowPorts = {
  store: Store;
  clock: Clock;
  presence: Presence;
  storeKind: NowSnapshot['store']['kind'];
  /** Why this instance cannot work with the store; undefined while it can. */
  whyUnfit(): Promise<string | undefined>;
};

/** More than a page shows without scrolling for long, and less than a slow reader's buffer holds. */
const maxTurns = 500;
const maxFailures = 30;
const lookBackMs = 60 * 60 * 1_000;

/** What goes on at this moment, on all instances.
 *  @throws AppError store_unavailable when the store cannot be read, never an empty answer */
export async function readNow(ports: NowPorts): Promise<NowSnapshot> {
  const { store, clock, presence } = ports;
  const as_of = clock.now();
  const since = new Date(Date.parse(as_of) - lookBackMs).toISOString();
  const [found, unfit, backups] = await Promise.all([
    store.scan.whatGoesOn({ since, maxTurns, maxFailures }),
    ports.whyUnfit(),
    readBackupState(ports),
  ]);
  const gone = new Set(await presence.goneAmong(found.instances.map((each) => each.instance_id)));
  const turns = found.turns.map(toRunningTurn);
  return {
    as_of,
    turns,
    turns_total: found.turnsTotal,
    queues: {
      turns: { waiting: found.waitingTurns.count, oldest_at: found.waitingTurns.oldest },
      fetch: queueOf(found.jobs, 'fetch'),
      ingest: queueOf(found.jobs, 'ingest'),
      embed: queueOf(found.jobs, 'embed'),
    },
    instances: found.instances.filter((each) => !gone.has(each.instance_id)).map((each) => toInstance(each, turns)),
    failures: {
      since,
      turns: { total: found.failedTurns.total, latest: found.failedTurns.latest.map(toFailedTurn) },
      documents: {
        total: found.failedDocuments.total,
        latest: found.failedDocuments.latest.map((each) => ({ ...each, message: each.message ?? '' })),
      },
      mails: {
        total: found.failedMails.total,
        latest: found.failedMails.latest.map(({ at, problem }) => ({
          at,
          problem: mailProblem.safeParse(problem).data ?? null,
        })),
      },
    },
    store: { kind: ports.storeKind, unfit: unfit ?? null },
    backups,
  };
}

function toRunningTurn(record: RunningTurnRecord): RunningTurn {
  return {
    turn_id: record.turn_id,
    session_id: record.session_id,
    title: record.title,
    username: record.username ?? '',
    agent_id: record.agent_id,
    agent_name: record.agent_name ?? record.agent_id,
    instance_id: record.lease_owner,
    state: record.state === 'waiting_approval' ? 'waiting_approval' : 'running',
    attempt: record.attempt,
    began_at: record.began_at ?? record.updated_at,
  };
}

function toFailedTurn(record: FailedTurnRecord): FailedTurn {
  return {
    at: record.at,
    turn_id: record.turn_id,
    session_id: record.session_id,
    title: record.title,
    username: record.username ?? '',
    agent_name: record.agent_name ?? record.agent_id,
    state: record.state === 'interrupted' ? 'interrupted' : 'failed',
    code: record.code ?? '',
  };
}

function toInstance({ report, ...said }: InstanceRecord, turns: readonly RunningTurn[]): InstanceNow {
  return {
    ...said,
    running: turns.filter((turn) => turn.instance_id === said.instance_id).length,
    report: instanceReport.safeParse(json(report)).data ?? null,
  };
}

function queueOf(jobs: NowRecord['jobs'], kind: string): Queue {
  const inState = (state: string) => jobs.find((each) => each.kind === kind && each.state === state);
  const waiting = inState('queued');
  return { waiting: waiting?.count ?? 0, running: inState('running')?.count ?? 0, oldest_at: waiting?.oldest ?? null };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
