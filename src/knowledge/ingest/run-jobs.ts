import { createLeaseRunner, type LeasePorts, type LeaseRunner } from '../../events/leases/lease-runner.ts';
import type { ClaimedJob, JobHold, JobKind } from '../../store/commands/jobs.ts';

/** What is stored of a failure; without `retryAt` it is the last. */
type Failure = { hold: JobHold; code: string; message: string; retryAt?: string; at: string };

/** One kind of jobs, and how they are done. */
export type JobWork = {
  kind: JobKind;
  /** In this process at once. */
  maxRunning: number;
  /** Ends when the job is done or lost. */
  work(job: ClaimedJob, signal: AbortSignal): Promise<void>;
  /** What people and programs are told of a failure. `isFinal`: trying again by itself would not help; `retryAfterMs`: not sooner. */
  tell(error: unknown): { code: string; message: string; isFinal: boolean; retryAfterMs?: number | undefined };
  /** The one subject whose jobs this process can do; while it is undefined, none. Left out: all. */
  subjectId?: () => string | undefined;
  /** Before the second try, the third, and so on; the usual ones unless told. */
  retriesMs?: readonly number[];
  /** How a failure is logged and stored; as a document's unless told. */
  failed?: { event: string; store(failure: Failure): Promise<unknown> };
};

/** Claims without progress after which a job fails whose owner was lost each time: more, because a restart is no fault of the file. */
const maxLost = 10;
/** Before the second and the third try; a job whose machine failed each time fails after that. */
const usualRetriesMs = [5_000, 60_000];

/** Claims jobs of a kind and works on them. What is given back keeps all that was stored, for the next claim to continue. */
export function createJobRunner(ports: LeasePorts, jobs: JobWork): LeaseRunner {
  const { store, clock, log } = ports;
  const { kind, maxRunning, work, tell, retriesMs = usualRetriesMs } = jobs;
  const failed = jobs.failed ?? { event: 'document_failed', store: (failure) => store.write.failDocument(failure) };

  /** Never throws. */
  async function attempt(job: ClaimedJob, signal: AbortSignal): Promise<void> {
    try {
      await work(job, signal);
    } catch (error) {
      if (signal.aborted) return;
      await fail(job, error).catch((failure: unknown) =>
        log.error('fail_job_failed', { jobId: job.jobId, reason: String(failure) }),
      );
    }
  }

  async function fail(job: ClaimedJob, error: unknown): Promise<void> {
    const { code, message, isFinal, retryAfterMs = 0 } = tell(error);
    const waitMs = retriesMs[job.attempt - 1];
    log.warn(failed.event, {
      ...(kind === 'embed' ? { embedder: job.subjectId } : { documentId: job.subjectId }),
      attempt: job.attempt,
      code,
      reason: error instanceof Error ? error.message : String(error),
    });
    await failed.store({
      hold: { jobId: job.jobId, fence: job.fence },
      code,
      message,
      ...(!isFinal &&
        waitMs !== undefined && { retryAt: new Date(clock.nowMs() + Math.max(waitMs, retryAfterMs)).toISOString() }),
      at: clock.now(),
    });
  }

  return createLeaseRunner<ClaimedJob>(ports, {
    topic: 'jobs',
    maxRunning,
    holdOf: ({ jobId, fence }) => ({ id: jobId, fence }),
    async claim(lease, goneAmong) {
      const subjectId = jobs.subjectId?.();
      if (jobs.subjectId && subjectId === undefined) return undefined;
      const open = await store.read.openJobs({ kind, subjectId });
      if (!open.isAnyQueued && open.owners.length === 0) return undefined;
      const goneInstances = await goneAmong(open.owners);
      return store.write.claimJob({ kind, subjectId, lease, goneInstances, maxAttempts: maxLost, at: clock.now() });
    },
    renew: (lease, held) =>
      store.write.renewJobLeases({ lease, held: held.map(({ id, fence }) => ({ jobId: id, fence })) }),
    stillHeld: (held) => store.read.heldJobs({ held: held.map(({ id, fence }) => ({ jobId: id, fence })) }),
    run: attempt,
    release: ({ id, fence }) => store.write.releaseJob({ hold: { jobId: id, fence }, at: clock.now() }),
  });
}
