import { command } from '../command.ts';
import { type Db, first, run, type Script } from '../script.ts';
import { addJob, cancelJobs } from './jobs.ts';
import { cancelNextVersion } from './knowledge-versions.ts';
import { type Change, recordAudit } from './record-audit.ts';
import { requireCuration } from './require-curation.ts';

/** What became of a document's reading. Undefined: there is no such document. */
type Reading = { state: string } | undefined;

/** Puts a document that failed, or whose reading was cancelled, back in the queue; any other stays as it is. A text that was
 *  stored is not read from the file again. */
export const retryDocument = command(
  ['knowledge', 'jobs', 'audit'],
  function* (db: Db, args: Change & { documentId: string; jobId: string; priority: number }): Script<Reading> {
    const document = yield* curated(db, args);
    if (!document) return undefined;
    if (document.state !== 'failed') return { state: document.state };
    yield* queueAgain(db, args, document);
    return { state: 'queued' };
  },
);

/** Takes a document that is not read to its end from the queue and from whoever reads it. It counts as failed, so that it can be retried;
 *  of one that is searched only the next version. */
export const cancelDocument = command(
  ['knowledge', 'jobs', 'audit'],
  function* (db: Db, args: Change & { documentId: string }): Script<Reading> {
    const document = yield* curated(db, args);
    if (!document) return undefined;
    if (document.state === 'failed') return { state: document.state };
    if (document.state === 'ready') {
      const isCancelled = yield* cancelNextVersion(db, { documentId: document.id, at: args.at });
      if (isCancelled) yield* recordCancelled(db, args, document);
      return { state: document.state };
    }
    yield* cancelJobs(db, { subjectId: document.id, at: args.at });
    yield* run(
      db
        .updateTable('documents')
        .set({
          state: 'failed',
          error_code: 'cancelled',
          error_message: 'Reading was cancelled. Retry to have it read after all.',
          updated_at: args.at,
        })
        .where('id', '=', document.id),
    );
    yield* recordCancelled(db, args, document);
    return { state: 'failed' };
  },
);

const recordCancelled = (db: Db, args: Change, document: ReadDocument): Script<void> =>
  recordAudit(db, {
    ...args,
    action: 'document.cancelled',
    object: { kind: 'document', id: document.id },
    facts: { corpus_id: document.corpus_id },
    personal: { title: document.title },
  });

export type ReadDocument = { id: string; corpus_id: string; title: string };

/** Has a failed document read again from its stored original; one of a web address whose text was never stored is fetched anew, for what was
 *  fetched before is what failed. */
export function* queueAgain(
  db: Db,
  args: Change & { jobId: string; priority: number },
  document: ReadDocument,
): Script<void> {
  const { id, corpus_id, title } = document;
  yield* run(
    db
      .updateTable('documents')
      .set({ state: 'queued', progress: 0, error_code: null, error_message: null, updated_at: args.at })
      .where('id', '=', id),
  );
  const stored = yield* first(
    db
      .selectFrom('documents as d')
      .leftJoin('document_texts as t', (join) =>
        join.onRef('t.document_id', '=', 'd.id').onRef('t.version', '=', 'd.version'),
      )
      .select(['d.address', 't.version as text_version'])
      .where('d.id', '=', id),
  );
  const isFetched = stored?.address != null && stored.text_version === null;
  const kind = isFetched ? 'fetch' : 'ingest';
  yield* addJob(db, { jobId: args.jobId, kind, subjectId: id, priority: args.priority, at: args.at });
  yield* recordAudit(db, {
    ...args,
    action: 'document.retried',
    object: { kind: 'document', id },
    facts: { corpus_id },
    personal: { title },
  });
}

function* curated(
  db: Db,
  args: Change & { documentId: string },
): Script<(ReadDocument & { state: string }) | undefined> {
  const document = yield* first(
    db
      .selectFrom('documents')
      .select(['id', 'corpus_id', 'title', 'state'])
      .where('id', '=', args.documentId)
      .where('deleted_at', 'is', null),
  );
  if (document) yield* requireCuration(db, args, document.corpus_id);
  return document;
}
