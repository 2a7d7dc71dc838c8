import { sql } from 'kysely';
import { command } from '../command.ts';
import { type Db, first, run, type Script } from '../script.ts';
import { addJob, cancelJobs } from './jobs.ts';
import { removePassages } from './knowledge-index.ts';
import { failNextVersion } from './next-version.ts';
import { type Change, recordAudit } from './record-audit.ts';
import { requireCuration } from './require-curation.ts';

/** The condition of the partial index document_versions_to_clear, word for word. */
const clearableStates = [sql.lit('old'), sql.lit('failed')];

export type ReprocessResult =
  /** `version` is the one that is being read, now or since an earlier call. */
  { outcome: 'reading'; version: number } | { outcome: 'not_ready' } | { outcome: 'archive' } | undefined;

/** Has a searchable document read again from its original, as its next version. The current one is searched until that is ready. */
export const reprocessDocument = command(
  ['knowledge', 'jobs', 'audit'],
  function* (
    db: Db,
    args: Change & { documentId: string; archiveType: string; jobId: string; priority: number },
  ): Script<ReprocessResult> {
    const document = yield* first(
      db.selectFrom('documents').selectAll().where('id', '=', args.documentId).where('deleted_at', 'is', null),
    );
    if (!document) return undefined;
    yield* requireCuration(db, args, document.corpus_id);
    if (document.state !== 'ready') return { outcome: 'not_ready' };
    if (document.media_type === args.archiveType) return { outcome: 'archive' };
    const version = document.version + 1;
    const next = yield* first(
      db
        .selectFrom('document_versions')
        .select('state')
        .where('document_id', '=', document.id)
        .where('version', '=', version),
    );
    if (next && next.state !== 'failed') return { outcome: 'reading', version };
    const reading = { state: 'queued', progress: 0, error_code: null, error_message: null, updated_at: args.at };
    const { title, media_type, language, notices } = document;
    yield* run(
      db
        .insertInto('document_versions')
        .values({
          document_id: document.id,
          version,
          ...reading,
          title,
          media_type,
          language,
          notices,
          page_count: 0,
          passage_count: 0,
          created_at: args.at,
        })
        .onConflict((conflict) => conflict.columns(['document_id', 'version']).doUpdateSet(reading)),
    );
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
  const columns = ['title', 'media_type', 'language', 'notices', 'page_count', 'passage_count'] as const;
  const current = yield* first(
    db
      .selectFrom('documents')
      .select([...columns, 'version', 'created_at'])
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
  const old = { ...current, document_id: documentId, state: 'old', progress: 1, error_code: null, error_message: null };
  yield* run(db.insertInto('document_versions').values({ ...old, updated_at: at }));
  yield* run(
    db
      .updateTable('documents')
      .set({ ...next, version, updated_at: at })
      .where('id', '=', documentId),
  );
  yield* run(
    db
      .updateTable('corpora')
      .set((eb) => ({
        passage_count: eb('passage_count', '+', next.passage_count - current.passage_count),
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
      .select(['v.document_id', 'v.version', 'v.state'])
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
  }
  return true;
}
