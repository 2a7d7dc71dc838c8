import { createLeaseRunner, type LeasePorts, type LeaseRunner } from '../../events/leases/lease-runner.ts';
import type { ClaimedJob, JobKind } from '../../store/commands/jobs.ts';

/** One kind of jobs on documents, and how they are done. */
export type JobWork = {
  kind: JobKind;
  /** In this process at once. */
  maxRunning: number;
  /** Ends when the job is done or lost. */
  work(job: ClaimedJob, signal: AbortSignal): Promise<void>;
  /** What people and programs are told of a failure. `isFinal`: trying again by itself would not help. */
  tell(error: unknown): { code: string; message: string; isFinal: boolean };
};

/** Claims after which a job fails whose machine failed each time. */
const maxTries = 3;
/** Claims without progress after which a job fails whose owner was lost each time: more, because a restart is no fault of the file. */
const maxLost = 10;
/** Before the second and the third try. */
const retryAfterMs = [5_000, 60_000];

/** Claims jobs of a kind and works on them. What is given back keeps all that was stored, for the next claim to continue. */
export function createJobRunner(ports: LeasePorts, { kind, maxRunning, work, tell }: JobWork): LeaseRunner {
  const { store, clock, log } = ports;

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
    const { code, message, isFinal } = tell(error);
    const waitMs = retryAfterMs[job.attempt - 1];
    const hasTriesLeft = job.attempt < maxTries && waitMs !== undefined;
    log.warn('document_failed', {
      documentId: job.subjectId,
      attempt: job.attempt,
      code,
      reason: error instanceof Error ? error.message : String(error),
    });
    await store.write.failDocument({
      hold: { jobId: job.jobId, fence: job.fence },
      code,
      message,
      ...(!isFinal && hasTriesLeft && { retryAt: new Date(clock.nowMs() + waitMs).toISOString() }),
      at: clock.now(),
    });
  }

  return createLeaseRunner<ClaimedJob>(ports, {
    topic: 'jobs',
    maxRunning,
    holdOf: ({ jobId, fence }) => ({ id: jobId, fence }),
    async claim(lease, goneAmong) {
      const open = await store.read.openJobs({ kind });
      if (!open.isAnyQueued && open.owners.length === 0) return undefined;
      const goneInstances = await goneAmong(open.owners);
      return store.write.claimJob({ kind, lease, goneInstances, maxAttempts: maxLost, at: clock.now() });
    },
    renew: (lease, held) =>
      store.write.renewJobLeases({ lease, held: held.map(({ id, fence }) => ({ jobId: id, fence })) }),
    stillHeld: (held) => store.read.heldJobs({ held: held.map(({ id, fence }) => ({ jobId: id, fence })) }),
    run: attempt,
    release: ({ id, fence }) => store.write.releaseJob({ hold: { jobId: id, fence }, at: clock.now() }),
  });
}
