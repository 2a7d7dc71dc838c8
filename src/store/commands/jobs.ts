import { sql } from 'kysely';
import { command } from '../command.ts';
import { type Db, first, run, type Script } from '../script.ts';
import type { LeaseTime } from './claim-turn.ts';
import { failNextVersion } from './next-version.ts';

/** `fetch`: get the bytes of the document `subjectId` from its web address; `ingest`: read, split and embed it; `embed`: give every
 *  passage a vector of the embedder `subjectId`. */
export type JobKind = 'fetch' | 'ingest' | 'embed';

/** The condition of the partial index jobs_unfinished, word for word: SQLite uses the index only for a query that repeats it. */
export const unfinishedJobs = [sql.lit('queued'), sql.lit('running')];

/** What binds a job's writes to the claim that makes them: an older fence changes nothing. */
export type JobHold = { jobId: string; fence: number };

export type ClaimJobArgs = {
  kind: JobKind;
  /** Only a job on this: a process can embed with its own embedder alone. */
  subjectId?: string | undefined;
  lease: LeaseTime;
  /** Owners whose presence lock could be taken: they are gone, whatever their lease says. */
  goneInstances: readonly string[];
  /** Claims without progress after which a job whose owner was lost fails. */
  maxAttempts: number;
  at: string;
};

export type ClaimedJob = JobHold & { kind: JobKind; subjectId: string; attempt: number };

/** Puts a job in the queue. Smaller `priority` first, then the order of arrival. */
export function* addJob(
  db: Db,
  args: { jobId: string; kind: JobKind; subjectId: string; priority: number; at: string },
): Script<void> {
  yield* run(
    db.insertInto('jobs').values({
      job_id: args.jobId,
      kind: args.kind,
      subject_id: args.subjectId,
      state: 'queued',
      priority: args.priority,
      attempt: 0,
      fence: 0,
      lease_owner: null,
      lease_boot: null,
      lease_until_ms: null,
      not_before: null,
      error: null,
      created_at: args.at,
      updated_at: args.at,
    }),
  );
}

/** Takes a job of a kind that nobody runs: one whose owner is gone first, then the smallest that waits. Gives undefined when there is none.
 *  One that was lost `maxAttempts` times without progress fails, with its document. It rings no bell: a claim that found nothing
 *  would wake its own caller. Index: jobs_unfinished. */
export const claimJob = command([], function* (db: Db, args: ClaimJobArgs): Script<ClaimedJob | undefined> {
  const { lease } = args;
  for (;;) {
    const job = yield* first(
      db
        .selectFrom('jobs')
        .select(['job_id', 'subject_id', 'state', 'attempt', 'fence'])
        .where('kind', '=', args.kind)
        .where('state', 'in', unfinishedJobs)
        .$if(args.subjectId !== undefined, (jobs) => jobs.where('subject_id', '=', args.subjectId ?? ''))
        .where((eb) =>
          eb.or([
            eb.and([
              eb('state', '=', 'running'),
              eb.or([
                eb('lease_until_ms', '<', lease.nowMs),
                eb('lease_boot', '!=', lease.bootId),
                ...(args.goneInstances.length > 0 ? [eb('lease_owner', 'in', [...args.goneInstances])] : []),
              ]),
            ]),
            eb.and([
              eb('state', '=', 'queued'),
              eb.or([eb('not_before', 'is', null), eb('not_before', '<=', args.at)]),
            ]),
          ]),
        )
        .orderBy(sql`state = 'queued'`)
        .orderBy('priority')
        .orderBy('position')
        .limit(1),
    );
    if (!job) return undefined;
    if (job.state === 'running' && job.attempt >= args.maxAttempts) {
      yield* failLost(db, { kind: args.kind, jobId: job.job_id, subjectId: job.subject_id, at: args.at });
      continue;
    }
    const attempt = job.attempt + 1;
    const fence = job.fence + 1;
    yield* run(
      db
        .updateTable('jobs')
        .set({
          state: 'running',
          attempt,
          fence,
          lease_owner: lease.instanceId,
          lease_boot: lease.bootId,
          lease_until_ms: lease.untilMs,
          updated_at: args.at,
        })
        .where('job_id', '=', job.job_id),
    );
    return { jobId: job.job_id, fence, kind: args.kind, subjectId: job.subject_id, attempt };
  }
});

const lostMessages: Record<Exclude<JobKind, 'embed'>, string> = {
  fetch: 'The server stopped several times while it fetched this page. Retry to have it fetched after all.',
  ingest: 'The server stopped several times while it read this file. Upload it again to retry.',
};

function* failLost(db: Db, args: { kind: JobKind; jobId: string; subjectId: string; at: string }): Script<void> {
  yield* run(
    db
      .updateTable('jobs')
      .set((eb) => ({ state: 'failed', error: 'too_many_attempts', fence: eb('fence', '+', 1), updated_at: args.at }))
      .where('job_id', '=', args.jobId),
  );
  if (args.kind === 'embed') return;
  const failure = { code: 'too_many_attempts', message: lostMessages[args.kind] };
  if (yield* failNextVersion(db, { ...failure, documentId: args.subjectId, at: args.at })) return;
  yield* run(
    db
      .updateTable('documents')
      .set({
        state: 'failed',
        error_code: failure.code,
        error_message: failure.message,
        updated_at: args.at,
      })
      .where('id', '=', args.subjectId)
      .where('deleted_at', 'is', null),
  );
}

/** Extends the leases an instance still holds; gives the jobs it holds. One missing from the answer is lost. */
export const renewJobLeases = command(
  [],
  function* (db: Db, args: { lease: LeaseTime; held: readonly JobHold[] }): Script<string[]> {
    const kept: string[] = [];
    for (const { jobId, fence } of args.held) {
      const row = yield* first(
        db
          .updateTable('jobs')
          .set({ lease_until_ms: args.lease.untilMs })
          .where('job_id', '=', jobId)
          .where('fence', '=', fence)
          .where('state', '=', 'running')
          .returning('job_id'),
      );
      if (row) kept.push(row.job_id);
    }
    return kept;
  },
);

/** Gives a job back to the queue, as if this claim had not been (a drain). */
export const releaseJob = command(['jobs'], function* (db: Db, args: { hold: JobHold; at: string }): Script<void> {
  yield* run(
    db
      .updateTable('jobs')
      .set((eb) => ({
        state: 'queued',
        attempt: eb('attempt', '-', 1),
        fence: eb('fence', '+', 1),
        lease_owner: null,
        lease_boot: null,
        lease_until_ms: null,
        updated_at: args.at,
      }))
      .where('job_id', '=', args.hold.jobId)
      .where('fence', '=', args.hold.fence)
      .where('state', '=', 'running'),
  );
});

/** The subject of a job while its claim still holds; undefined once it is somebody else's, cancelled or over. */
export function* heldSubject(db: Db, hold: JobHold): Script<string | undefined> {
  const row = yield* first(
    db
      .selectFrom('jobs')
      .select('subject_id')
      .where('job_id', '=', hold.jobId)
      .where('fence', '=', hold.fence)
      .where('state', '=', 'running'),
  );
  return row?.subject_id;
}

/** Ends a held job, or puts it back in the queue until `notBefore`. */
export function* endJob(
  db: Db,
  args: {
    hold: JobHold;
    end: { state: 'done' } | { state: 'failed' | 'queued'; error: string; notBefore?: string };
    at: string;
  },
): Script<void> {
  yield* run(
    db
      .updateTable('jobs')
      .set({
        state: args.end.state,
        lease_owner: null,
        lease_boot: null,
        lease_until_ms: null,
        updated_at: args.at,
        ...(args.end.state !== 'done' && { error: args.end.error, not_before: args.end.notBefore ?? null }),
      })
      .where('job_id', '=', args.hold.jobId)
      .where('fence', '=', args.hold.fence),
  );
}

/** Takes a subject's unfinished jobs from the queue and from whoever runs them. */
export function* cancelJobs(db: Db, args: { subjectId: string; at: string }): Script<void> {
  yield* run(
    db
      .updateTable('jobs')
      .set((eb) => ({ state: 'cancelled', fence: eb('fence', '+', 1), updated_at: args.at }))
      .where('subject_id', '=', args.subjectId)
      .where('state', 'in', ['queued', 'running']),
  );
}

/** Does the same for every document of a corpus. Index: jobs_unfinished. */
export function* cancelJobsOfCorpus(db: Db, args: { corpusId: string; at: string }): Script<void> {
  yield* run(
    db
      .updateTable('jobs')
      .set((eb) => ({ state: 'cancelled', fence: eb('fence', '+', 1), updated_at: args.at }))
      .where('state', 'in', unfinishedJobs)
      .where((eb) =>
        eb.exists(
          eb
            .selectFrom('documents as d')
            .select('d.id')
            .whereRef('d.id', '=', 'jobs.subject_id')
            .where('d.corpus_id', '=', args.corpusId),
        ),
      ),
  );
}

/** Work was stored: what was lost before it no longer counts against the job. */
export function* noteJobProgress(db: Db, hold: JobHold): Script<void> {
  yield* run(db.updateTable('jobs').set({ attempt: 1 }).where('job_id', '=', hold.jobId).where('attempt', '>', 1));
}
