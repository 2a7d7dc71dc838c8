import { createLeaseRunner, type LeasePorts, type LeaseRunner } from '../../events/leases/lease-runner.ts';
import type { ClaimedJob } from '../../store/commands/jobs.ts';
import { type IngestPorts, ingestDocument } from './ingest-document.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { ParseError } from './parse-error.ts';

export type JobRunnerPorts = Omit<IngestPorts, 'batches'> & LeasePorts;

/** Documents worked on at once: while one is embedded, another is read. */
const maxRunning = 2;
/** Claims after which a job fails whose machine failed each time. */
const maxTries = 3;
/** Claims without progress after which a job fails whose owner was lost each time: more, because a restart is no fault of the file. */
const maxLost = 10;
/** Before the second and the third try. */
const retryAfterMs = [5_000, 60_000];

/** Claims ingest jobs and works on them. What is given back keeps all that was stored, for the next claim to continue. */
export function createJobRunner(ports: JobRunnerPorts): LeaseRunner {
  const { store, clock, log } = ports;
  const ingestPorts: IngestPorts = { ...ports, batches: oneAtATime() };

  /** Never throws. */
  async function work(job: ClaimedJob, signal: AbortSignal): Promise<void> {
    try {
      await ingestDocument(ingestPorts, job, signal);
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

  return createLeaseRunner<ClaimedJob>(ports, {
    topic: 'jobs',
    maxRunning,
    holdOf: ({ jobId, fence }) => ({ id: jobId, fence }),
    async claim(lease, goneAmong) {
      const open = await store.read.openJobs({});
      if (!open.isAnyQueued && open.owners.length === 0) return undefined;
      const goneInstances = await goneAmong(open.owners);
      return store.write.claimJob({ lease, goneInstances, maxAttempts: maxLost, at: clock.now() });
    },
    renew: (lease, held) =>
      store.write.renewJobLeases({ lease, held: held.map(({ id, fence }) => ({ jobId: id, fence })) }),
    stillHeld: (held) => store.read.heldJobs({ held: held.map(({ id, fence }) => ({ jobId: id, fence })) }),
    run: work,
    release: ({ id, fence }) => store.write.releaseJob({ hold: { jobId: id, fence }, at: clock.now() }),
  });
}
