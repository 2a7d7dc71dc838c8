import { command } from '../command.ts';
import { all, type Db, first, run, type Script } from '../script.ts';
import { clearEvaluation } from './evaluation.ts';
import { addJob, cancelJobs } from './jobs.ts';
import { bumpKnowledge, removePassages } from './knowledge-index.ts';
import { queueAgain } from './knowledge-reading.ts';
import { clearVersions } from './knowledge-versions.ts';
import { type Change, recordAudit } from './record-audit.ts';
import { requireCuration } from './require-curation.ts';

export type AddDocumentArgs = Change & {
  documentId: string;
  corpusId: string;
  title: string;
  filename: string;
  mediaType: string;
  bytes: number;
  sha256: string;
  /** Name of the stored original under `files/`, already durable. */
  fileKey: string;
  createdBy: string | null;
  jobId: string;
  /** Smaller first. */
  priority: number;
};

/** A document as it is added: a file by itself, one of an archive, or what stands at a web address and is yet to be fetched. */
export type AddedDocument = AddDocumentArgs & { archiveId: string | null; address?: string };

export type AddDocumentResult =
  | { outcome: 'added'; documentId: string; state: 'queued' }
  /** The corpus has it already; a document that had failed is tried again. */
  | { outcome: 'already_here'; documentId: string; state: string }
  | { outcome: 'not_found' };

/** Adds a document and the job that reads it, unless the corpus holds the same bytes. */
export const addDocument = command(
  ['knowledge', 'jobs', 'audit'],
  (db: Db, args: AddDocumentArgs): Script<AddDocumentResult> =>
    addUnlessHere(db, { ...args, archiveId: null }, { column: 'sha256', value: args.sha256 }),
);

/** Adds a document and its first job, unless its corpus has one with the same value in a column: that one is given, and queued again if it
 *  had failed. */
export function* addUnlessHere(
  db: Db,
  args: AddedDocument,
  same: { column: 'sha256' | 'address'; value: string },
): Script<AddDocumentResult> {
  const corpus = yield* first(
    db.selectFrom('corpora').select('id').where('id', '=', args.corpusId).where('deleted_at', 'is', null),
  );
  if (!corpus) return { outcome: 'not_found' };
  yield* requireCuration(db, args, args.corpusId);
  const here = yield* first(
    db
      .selectFrom('documents')
      .select(['id', 'corpus_id', 'state', 'title'])
      .where('corpus_id', '=', args.corpusId)
      .where(same.column, '=', same.value)
      .where('deleted_at', 'is', null),
  );
  if (!here) {
    yield* insertDocument(db, args);
    return { outcome: 'added', documentId: args.documentId, state: 'queued' };
  }
  if (here.state !== 'failed') return { outcome: 'already_here', documentId: here.id, state: here.state };
  yield* queueAgain(db, args, here);
  return { outcome: 'already_here', documentId: here.id, state: 'queued' };
}

/** Stores a document whose original is durable, or is to be fetched, the job that reads it, and the record of it. */
export function* insertDocument(db: Db, args: AddedDocument): Script<void> {
  yield* run(
    db.insertInto('documents').values({
      id: args.documentId,
      corpus_id: args.corpusId,
      title: args.title,
      filename: args.filename,
      media_type: args.mediaType,
      bytes: args.bytes,
      sha256: args.sha256,
      file_key: args.fileKey,
      archive_id: args.archiveId,
      address: args.address ?? null,
      state: 'queued',
      progress: 0,
      error_code: null,
      error_message: null,
      page_count: 0,
      passage_count: 0,
      version: 1,
      created_by: args.createdBy,
      created_at: args.at,
      updated_at: args.at,
      deleted_at: null,
    }),
  );
  yield* addJob(db, {
    jobId: args.jobId,
    kind: args.address === undefined ? 'ingest' : 'fetch',
    priority: args.priority,
    at: args.at,
    subjectId: args.documentId,
  });
  yield* run(
    db
      .updateTable('corpora')
      .set((eb) => ({ document_count: eb('document_count', '+', 1), updated_at: args.at }))
      .where('id', '=', args.corpusId),
  );
  yield* recordAudit(db, {
    ...args,
    action: 'document.added',
    object: { kind: 'document', id: args.documentId },
    facts: {
      corpus_id: args.corpusId,
      ...(args.address === undefined && { bytes: args.bytes, sha256: args.sha256 }),
      ...(args.archiveId !== null && { archive_id: args.archiveId }),
    },
    personal: {
      title: args.title,
      filename: args.filename,
      ...(args.address !== undefined && { address: args.address }),
    },
  });
}

/** `fileKey` is empty where nothing was fetched yet. */
export type RemovedDocument = { documentId: string; fileKey: string };

/** Deletes a document: from this commit on no search, read or job reaches it. Its texts go at once; of its passages, words and
 *  vectors at most `maxRows`, the rest by `sweepDeleted`. Deleting again changes nothing. */
export const deleteDocument = command(
  ['knowledge', 'jobs', 'audit'],
  function* (
    db: Db,
    args: Change & { documentId: string; maxRows: number },
  ): Script<(RemovedDocument & { more: boolean }) | undefined> {
    const document = yield* first(
      db
        .selectFrom('documents')
        .select([...deletingColumns, 'title'])
        .where('id', '=', args.documentId)
        .where('deleted_at', 'is', null),
    );
    if (!document) return undefined;
    yield* requireCuration(db, args, document.corpus_id);
    yield* markDeleted(db, document, args.at);
    yield* recordAudit(db, {
      ...args,
      action: 'document.deleted',
      object: { kind: 'document', id: document.id },
      facts: { corpus_id: document.corpus_id },
      personal: { title: document.title },
    });
    const more = yield* clearPassages(db, { documentId: document.id, maxRows: args.maxRows });
    return { documentId: document.id, fileKey: document.file_key, more };
  },
);

const deletingColumns = ['id', 'corpus_id', 'file_key', 'state', 'passage_count'] as const;
type Deleting = { id: string; corpus_id: string; file_key: string; state: string; passage_count: number };

function* markDeleted(db: Db, document: Deleting, at: string): Script<void> {
  yield* cancelJobs(db, { subjectId: document.id, at });
  yield* run(db.updateTable('documents').set({ deleted_at: at, updated_at: at }).where('id', '=', document.id));
  yield* run(db.deleteFrom('document_texts').where('document_id', '=', document.id));
  yield* run(db.deleteFrom('document_versions').where('document_id', '=', document.id));
  const counted = document.state === 'ready' ? document.passage_count : 0;
  yield* run(
    db
      .updateTable('corpora')
      .set((eb) => ({
        document_count: eb('document_count', '-', 1),
        passage_count: eb('passage_count', '-', counted),
        updated_at: at,
      }))
      .where('id', '=', document.corpus_id),
  );
  yield* bumpKnowledge(db, at);
}

/** `passage_count` of a deleted document falls to 0 with its last passage: what is left to clear is found by it. */
function* clearPassages(db: Db, args: { documentId: string; maxRows: number }): Script<boolean> {
  const removed = yield* removePassages(db, args);
  if (removed === args.maxRows) return true;
  yield* run(db.updateTable('documents').set({ passage_count: 0 }).where('id', '=', args.documentId));
  return false;
}

/** Documents of a deleted corpus that one sweep marks at most. */
const maxMarkedDocuments = 20;

/** Clears a bounded part of what deletions left: documents of deleted corpora, what these were measured by, then passages of deleted documents, then
 *  versions that nobody needs.
 *  Gives the files nobody names any more; to be repeated while `more`. */
export const sweepDeleted = command(
  ['knowledge', 'jobs'],
  function* (
    db: Db,
    args: { maxRows: number; at: string; versionsBefore: string },
  ): Script<{ removed: RemovedDocument[]; more: boolean }> {
    const orphans = yield* all(
      db
        .selectFrom('corpora as c')
        .innerJoin('documents as d', 'd.corpus_id', 'c.id')
        .select(deletingColumns.map((column) => `d.${column}` as const))
        .where('c.deleted_at', 'is not', null)
        .where('c.document_count', '>', 0)
        .where('d.deleted_at', 'is', null)
        .limit(maxMarkedDocuments),
    );
    for (const document of orphans) yield* markDeleted(db, document, args.at);
    const removed = orphans.map((document) => ({ documentId: document.id, fileKey: document.file_key }));
    if (orphans.length > 0) return { removed, more: true };
    const measured = yield* first(
      db
        .selectFrom('corpora as c')
        .select('c.id')
        .where('c.deleted_at', 'is not', null)
        .where((eb) =>
          eb.or([
            eb.exists(eb.selectFrom('evaluation_questions as q').select('q.id').whereRef('q.corpus_id', '=', 'c.id')),
            eb.exists(eb.selectFrom('evaluation_runs as r').select('r.id').whereRef('r.corpus_id', '=', 'c.id')),
          ]),
        )
        .limit(1),
    );
    if (measured) {
      yield* clearEvaluation(db, measured.id);
      return { removed, more: true };
    }
    const left = yield* first(
      db
        .selectFrom('documents')
        .select('id')
        .where('deleted_at', 'is not', null)
        .where('passage_count', '>', 0)
        .limit(1),
    );
    if (!left) {
      const more = yield* clearVersions(db, { maxRows: args.maxRows, before: args.versionsBefore });
      return { removed, more };
    }
    yield* clearPassages(db, { documentId: left.id, maxRows: args.maxRows });
    return { removed, more: true };
  },
);
