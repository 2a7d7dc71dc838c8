import { sql } from 'kysely';
import { command } from '../command.ts';
import { type Db, first, run, type Script } from '../script.ts';
import { addJob, cancelJobs } from './jobs.ts';
import { removePassages } from './knowledge-index.ts';
import {
  beginNextVersion,
  type Current,
  failNextVersion,
  originalColumns,
  originalOf,
  versionBeingRead,
} from './next-version.ts';
import { type Change, recordAudit } from './record-audit.ts';
import { requireCuration } from './require-curation.ts';
import { leaveFile } from './version-files.ts';

/** The condition of the partial index document_versions_to_clear, word for word. */
const clearableStates = [sql.lit('old'), sql.lit('failed')];

export type ReprocessResult =
  /** `version` is the one that is being read, now or since an earlier call. */
  { outcome: 'reading'; version: number } | NotRenewable;

/** Has a searchable document read again from its original, as its next version. The current one is searched until that is ready. */
export const reprocessDocument = command(
  ['knowledge', 'jobs', 'audit'],
  function* (
    db: Db,
    args: Change & { documentId: string; archiveType: string; jobId: string; priority: number },
  ): Script<ReprocessResult> {
    const found = yield* renewable(db, args);
    if (found.outcome !== 'renewable') return found;
    const { document, beingRead } = found;
    if (beingRead) return { outcome: 'reading', version: beingRead.version };
    const { title, media_type } = document;
    const next = { original: originalOf(document), title, media_type, at: args.at };
    const version = yield* beginNextVersion(db, document, next);
    yield* addJob(db, { ...args, kind: 'ingest', subjectId: document.id });
    yield* recordAudit(db, {
      ...args,
      action: 'document.reprocessed',
      object: { kind: 'document', id: document.id },
      facts: { corpus_id: document.corpus_id, version },
      personal: { title },
    });
    return { outcome: 'reading', version };
  },
);

/** Why a document gets no next version: there is none such, it is not read to its end, or it is an archive. */
export type NotRenewable = { outcome: 'gone' } | { outcome: 'not_ready' } | { outcome: 'archive' };
export type Renewable = Current & { corpus_id: string; title: string; media_type: string };

/** The document, if it may have a next version, and what is being read of it already.
 *  @throws AppError not_found, forbidden */
export function* renewable(
  db: Db,
  args: Change & { documentId: string; archiveType: string },
): Script<
  | NotRenewable
  | { outcome: 'renewable'; document: Renewable; beingRead: { version: number; sha256: string } | undefined }
> {
  const document = yield* first(
    db
      .selectFrom('documents')
      .select([...originalColumns, 'id', 'corpus_id', 'state', 'version', 'title', 'media_type', 'language', 'notices'])
      .where('id', '=', args.documentId)
      .where('deleted_at', 'is', null),
  );
  if (!document) return { outcome: 'gone' };
  yield* requireCuration(db, args, document.corpus_id);
  const { state, ...rest } = document;
  if (state !== 'ready') return { outcome: 'not_ready' };
  if (document.media_type === args.archiveType) return { outcome: 'archive' };
  return { outcome: 'renewable', document: rest, beingRead: yield* versionBeingRead(db, document.id) };
}

/** Stops the reading of a document's next version. False: none is being read. */
export function* cancelNextVersion(db: Db, args: { documentId: string; at: string }): Script<boolean> {
  const message = 'Reading again was cancelled. What was read before is still searched.';
  const isCancelled = yield* failNextVersion(db, { ...args, code: 'cancelled', message });
  if (isCancelled) yield* cancelJobs(db, { subjectId: args.documentId, at: args.at });
  return isCancelled;
}

/** Puts the version that was read in the place of the current one, which becomes an old one. */
export function* switchVersion(
  db: Db,
  args: { documentId: string; corpusId: string; version: number; at: string },
): Script<void> {
  const { documentId, version, at } = args;
  const read = ['title', 'media_type', 'language', 'notices', 'page_count', 'passage_count'] as const;
  const columns = [...read, ...originalColumns] as const;
  const current = yield* first(
    db
      .selectFrom('documents')
      .select([...columns, 'version', 'created_at', 'unchanged_since'])
      .where('id', '=', documentId),
  );
  const next = yield* first(
    db
      .deleteFrom('document_versions')
      .where('document_id', '=', documentId)
      .where('version', '=', version)
      .returning(columns),
  );
  if (!current || !next) throw new Error('the version that was read is not there');
  const { unchanged_since, ...replaced } = current;
  const isSame = next.file_key === current.file_key;
  const old = {
    ...replaced,
    document_id: documentId,
    state: 'old',
    progress: 1,
    error_code: null,
    error_message: null,
  };
  yield* run(db.insertInto('document_versions').values({ ...old, updated_at: at }));
  yield* run(
    db
      .updateTable('documents')
      .set({ ...next, version, unchanged_since: isSame ? unchanged_since : null, updated_at: at })
      .where('id', '=', documentId),
  );
  yield* run(
    db
      .updateTable('corpora')
      .set((eb) => ({
        passage_count: eb('passage_count', '+', next.passage_count - current.passage_count),
        bytes: eb('bytes', '+', next.bytes - current.bytes),
        updated_at: at,
      }))
      .where('id', '=', args.corpusId),
  );
}

/** Clears a bounded part of what versions left that nobody needs: old ones that no citation names, and what was stored of failed ones. One is left
 *  alone until it is older than `before`: an answer that is being written may still cite it. Gives whether there may be more.
 *  Index: document_versions_to_clear, citations_document. */
export function* clearVersions(db: Db, args: { maxRows: number; before: string }): Script<boolean> {
  const left = yield* first(
    db
      .selectFrom('document_versions as v')
      .select(['v.document_id', 'v.version', 'v.state', 'v.file_key'])
      .where('v.state', 'in', clearableStates)
      .where('v.updated_at', '<', args.before)
      .where((eb) => eb.or([eb('v.state', '=', 'old'), eb('v.passage_count', '>', 0)]))
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('citations as c')
              .select('c.n')
              .whereRef('c.document_id', '=', 'v.document_id')
              .whereRef('c.document_version', '=', 'v.version'),
          ),
        ),
      )
      .limit(1),
  );
  if (!left) return false;
  const { document_id: documentId, version } = left;
  const removed = yield* removePassages(db, { documentId, version, maxRows: args.maxRows });
  if (removed === args.maxRows) return true;
  yield* run(db.deleteFrom('document_texts').where('document_id', '=', documentId).where('version', '=', version));
  if (left.state === 'failed') {
    yield* run(
      db
        .updateTable('document_versions')
        .set({ passage_count: 0 })
        .where('document_id', '=', documentId)
        .where('version', '=', version),
    );
  } else {
    yield* run(db.deleteFrom('document_versions').where('document_id', '=', documentId).where('version', '=', version));
    yield* leaveFile(db, { documentId, fileKey: left.file_key });
  }
  return true;
}
