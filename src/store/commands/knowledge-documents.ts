import { AppError } from '../../errors.ts';
import { command } from '../command.ts';
import { type Db, first, run, type Script } from '../script.ts';
import { addJob, cancelJobs } from './jobs.ts';
import { bumpKnowledge } from './knowledge-index.ts';
import { queueAgain } from './knowledge-reading.ts';
import { deletionCutOff, failNextVersion } from './next-version.ts';
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
 *  had failed.
 *  @throws AppError corpus_archived; not_found, forbidden as `requireCuration` */
export function* addUnlessHere(
  db: Db,
  args: AddedDocument,
  same: { column: 'sha256' | 'address'; value: string },
): Script<AddDocumentResult> {
  const corpus = yield* first(
    db.selectFrom('corpora').select('archived_at').where('id', '=', args.corpusId).where('deleted_at', 'is', null),
  );
  if (!corpus) return { outcome: 'not_found' };
  yield* requireCuration(db, args, args.corpusId);
  if (corpus.archived_at !== null) throw new AppError('corpus_archived');
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
      .set((eb) => ({
        document_count: eb('document_count', '+', 1),
        bytes: eb('bytes', '+', args.bytes),
        updated_at: args.at,
      }))
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

/** Puts a document into the recycle bin of its corpus: from this commit on no search, read or job reaches it, and all of it is kept. Deleting
 *  again changes nothing. */
export const deleteDocument = command(
  ['knowledge', 'jobs', 'audit'],
  function* (db: Db, args: Change & { documentId: string }): Script<'deleted' | undefined> {
    const document = yield* first(
      db
        .selectFrom('documents')
        .select([...deletingColumns, 'title'])
        .where('id', '=', args.documentId)
        .where('deleted_at', 'is', null),
    );
    if (!document) return undefined;
    yield* requireCuration(db, args, document.corpus_id);
    yield* putInBin(db, document, args.at);
    yield* recordAudit(db, {
      ...args,
      action: 'document.deleted',
      object: { kind: 'document', id: document.id },
      facts: { corpus_id: document.corpus_id },
      personal: { title: document.title },
    });
    return 'deleted';
  },
);

export const deletingColumns = [
  'id',
  'corpus_id',
  'file_key',
  'bytes',
  'state',
  'passage_count',
  'deleted_at',
] as const;
export type Deleting = {
  id: string;
  corpus_id: string;
  file_key: string;
  bytes: number;
  state: string;
  passage_count: number;
  deleted_at: string | null;
};

/** Takes a live document from its corpus's counts, from search, and from whoever reads it. */
export function* putInBin(db: Db, document: Deleting, at: string): Script<void> {
  yield* cancelJobs(db, { subjectId: document.id, at });
  yield* failNextVersion(db, { documentId: document.id, ...deletionCutOff, at });
  yield* run(db.updateTable('documents').set({ deleted_at: at, updated_at: at }).where('id', '=', document.id));
  yield* countInCorpus(db, document, { documents: -1, at });
  yield* bumpKnowledge(db, at);
}

/** Counts a document, its bytes and, once it can be searched, its passages in its corpus, or no more. */
export function* countInCorpus(
  db: Db,
  document: Deleting,
  { documents, at }: { documents: 1 | -1; at: string },
): Script<void> {
  const passages = document.state === 'ready' ? documents * document.passage_count : 0;
  yield* run(
    db
      .updateTable('corpora')
      .set((eb) => ({
        document_count: eb('document_count', '+', documents),
        passage_count: eb('passage_count', '+', passages),
        bytes: eb('bytes', '+', documents * document.bytes),
        updated_at: at,
      }))
      .where('id', '=', document.corpus_id),
  );
}
