import type { LeaseTime } from '../../store/commands/claim-turn.ts';
import type { ClaimedJob } from '../../store/commands/jobs.ts';
import type { Presence } from '../../store/presence.ts';
import { type IngestPorts, ingestDocument } from './ingest-document.ts';
import { ParseError } from './parse-error.ts';

export type JobRunnerPorts = IngestPorts & {
  presence: Presence;
  /** Names the machine's current boot: monotonic readings of another boot mean nothing. */
  bootId: string;
  /** Documents worked on at once; 2 unless told: while one is embedded, another is read. */
  maxRunning?: number;
};

/** Claims ingest jobs, keeps their leases and works on them. */
export type JobRunner = {
  start(): void;
  readonly running: number;
  /** Resolves once nothing runs and nothing could be claimed. */
  idle(): Promise<void>;
  /** Claims no more and gives back what runs, with all that was stored, for the next claim to continue. */
  close(): Promise<void>;
};

const leaseMs = 15_000;
const renewEveryMs = 5_000;
/** The truth behind the bell: how often unclaimed jobs are looked for. */
const pollMs = 1_000;
/** Claims after which a job fails whose machine failed each time. */
const maxTries = 3;
/** Claims without progress after which a job fails whose owner was lost each time: more, because a restart is no fault of the file. */
const maxLost = 10;
/** Before the second and the third try. */
const retryAfterMs = [5_000, 60_000];

type Held = { job: ClaimedJob; abort: AbortController; done: Promise<void> };

export function createJobRunner(ports: JobRunnerPorts): JobRunner {
  const { store, presence, clock, log, maxRunning = 2 } = ports;
  const held = new Map<string, Held>();
  let timers: NodeJS.Timeout[] = [];
  let unsubscribe: (() => void) | undefined;
  const closing = new AbortController();
  let rung = false;
  let looking: Promise<void> | undefined;

  const lease = (): LeaseTime => ({
    instanceId: presence.instanceId,
    bootId: ports.bootId,
    nowMs: clock.monotonicMs(),
    untilMs: clock.monotonicMs() + leaseMs,
  });

  function ring(): void {
    rung = true;
    if (closing.signal.aborted || looking) return;
    looking = look().finally(() => {
      looking = undefined;
      if (rung && held.size < maxRunning) ring();
    });
  }

  async function look(): Promise<void> {
    try {
      while (rung && !closing.signal.aborted && held.size < maxRunning) {
        rung = false;
        const open = await store.read.openJobs({});
        const others = open.owners.filter((owner) => owner !== presence.instanceId);
        if (!open.isAnyQueued && open.owners.length === 0) return;
        const goneInstances = await presence.goneAmong(others);
        const job = await store.write.claimJob({
          lease: lease(),
          goneInstances,
          maxAttempts: maxLost,
          at: clock.now(),
        });
        if (!job) return;
        rung = true;
        run(job);
      }
    } catch (error) {
      log.error('claim_job_failed', { reason: String(error) });
    }
  }

  function run(job: ClaimedJob): void {
    // The same job claimed again means that the earlier hold on it is lost.
    held.get(job.jobId)?.abort.abort();
    const abort = new AbortController();
    const each: Held = { job, abort, done: Promise.resolve() };
    held.set(job.jobId, each);
    each.done = work(job, abort.signal).finally(() => {
      if (held.get(job.jobId) === each) held.delete(job.jobId);
      ring();
    });
  }

  /** Never throws. */
  async function work(job: ClaimedJob, signal: AbortSignal): Promise<void> {
    try {
      await ingestDocument(ports, job, signal);
    } catch (error) {
      if (signal.aborted) return;
      await fail(job, error).catch((failure: unknown) =>
        log.error('fail_job_failed', { jobId: job.jobId, reason: String(failure) }),
      );
    }
  }

  async function fail(job: ClaimedJob, error: unknown): Promise<void> {
    const isFileAtFault = error instanceof ParseError && error.code !== 'stopped';
    const waitMs = retryAfterMs[job.attempt - 1];
    const hasTriesLeft = job.attempt < maxTries && waitMs !== undefined;
    log.warn('document_failed', {
      documentId: job.subjectId,
      attempt: job.attempt,
      code: error instanceof ParseError ? error.code : 'ingest_failed',
      reason: error instanceof Error ? error.message : String(error),
    });
    await store.write.failDocument({
      hold: { jobId: job.jobId, fence: job.fence },
      code: error instanceof ParseError ? error.code : 'ingest_failed',
      message:
        error instanceof ParseError
          ? error.message
          : 'The server could not work on this file. Upload it again; if it fails once more, ask your administrator to look at the log.',
      ...(!isFileAtFault && hasTriesLeft && { retryAt: new Date(clock.nowMs() + waitMs).toISOString() }),
      at: clock.now(),
    });
  }

  async function renew(): Promise<void> {
    if (held.size === 0) return;
    const holds = [...held.values()].map(({ job }) => ({ jobId: job.jobId, fence: job.fence }));
    try {
      const kept = new Set(await store.write.renewJobLeases({ lease: lease(), held: holds }));
      for (const { jobId, fence } of holds) {
        const each = held.get(jobId);
        if (!kept.has(jobId) && each?.job.fence === fence) each.abort.abort();
      }
    } catch (error) {
      log.warn('renew_jobs_failed', { reason: String(error) });
    }
  }

  const isBusy = () => looking !== undefined || held.size > 0;

  return {
    start() {
      unsubscribe = store.onCommit((topics) => {
        if (topics.includes('jobs')) ring();
      });
      timers = [setInterval(ring, pollMs), setInterval(() => void renew(), renewEveryMs)];
      ring();
    },
    get running() {
      return held.size;
    },
    async idle() {
      while (isBusy()) {
        await looking;
        await Promise.all([...held.values()].map((each) => each.done));
      }
    },
    async close() {
      closing.abort();
      for (const each of timers) clearInterval(each);
      unsubscribe?.();
      await looking;
      const left = [...held.values()];
      for (const { abort } of left) abort.abort(new Error('the server is stopping'));
      await Promise.all(left.map((each) => each.done));
      for (const { job } of left) {
        const hold = { jobId: job.jobId, fence: job.fence };
        await store.write.releaseJob({ hold, at: clock.now() });
      }
    },
  };
}
