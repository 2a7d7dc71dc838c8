import { sql } from 'kysely';
import { command } from '../command.ts';
import { all, type Db, first, run, type Script } from '../script.ts';
import { removeTagsOf } from './document-tags.ts';
import { clearEvaluation } from './evaluation.ts';
import { type Deleting, deletingColumns, putInBin } from './knowledge-documents.ts';
import { removePassages } from './knowledge-index.ts';
import { clearVersions } from './knowledge-versions.ts';
import { filesToRemove, forgetFiles, leaveFile } from './version-files.ts';

/** `fileKey` is empty where nothing was fetched yet. */
export type RemovedDocument = { documentId: string; fileKey: string };

/** The end of a document: its texts and tags go at once, its passages with their vectors by `sweepDeleted`; what stays is its title. */
export function* purgeDocumentRow(db: Db, document: Deleting, at: string): Script<RemovedDocument> {
  if (document.deleted_at === null) yield* putInBin(db, document, at);
  const others = yield* first(
    db
      .selectFrom('document_versions')
      .select((eb) => eb.fn.sum<number | null>('passage_count').as('passages'))
      .where('document_id', '=', document.id),
  );
  yield* run(
    db
      .updateTable('documents')
      .set((eb) => ({
        purged_at: at,
        updated_at: at,
        // Of all of its versions: while it is not 0, there is something to clear.
        passage_count: eb('passage_count', '+', others?.passages ?? 0),
      }))
      .where('id', '=', document.id),
  );
  const versions = yield* all(
    db.deleteFrom('document_versions').where('document_id', '=', document.id).returning('file_key'),
  );
  for (const { file_key: fileKey } of versions) yield* leaveFile(db, { documentId: document.id, fileKey });
  yield* run(db.deleteFrom('document_texts').where('document_id', '=', document.id));
  yield* removeTagsOf(db, document.id);
  return { documentId: document.id, fileKey: document.file_key };
}

/** Documents of a purged corpus that one sweep purges at most. */
const maxPurgedDocuments = 20;

/** Clears a bounded part of what was purged: documents of purged corpora, what these were measured by, passages of purged documents, then versions
 *  that nobody needs and that are older than `versionsBefore`.
 *  Gives the files nobody names any more, those of versions until they are told as `removedFiles`; to be repeated while `more`.
 *  Indexes: documents_kept, documents_to_clear. */
type SweepArgs = { maxRows: number; at: string; versionsBefore: string; removedFiles?: readonly string[] };

export const sweepDeleted = command(['knowledge', 'jobs'], function* (db: Db, args: SweepArgs): Script<{
  removed: RemovedDocument[];
  files: string[];
  more: boolean;
}> {
  yield* forgetFiles(db, args.removedFiles ?? []);
  const swept = yield* sweepOnce(db, args);
  return { ...swept, files: yield* filesToRemove(db) };
});

function* sweepOnce(db: Db, args: SweepArgs): Script<{ removed: RemovedDocument[]; more: boolean }> {
  const removed: RemovedDocument[] = [];
  const purged = yield* first(
    db
      .selectFrom('corpora as c')
      .select('c.id')
      .where('c.purged_at', 'is not', null)
      .where((eb) =>
        eb.exists(
          eb
            .selectFrom('documents as d')
            .select('d.id')
            .whereRef('d.corpus_id', '=', 'c.id')
            .where('d.purged_at', 'is', null),
        ),
      )
      .limit(1),
  );
  if (purged) {
    const orphans = yield* all(
      db
        .selectFrom('documents')
        .select(deletingColumns)
        .where('corpus_id', '=', purged.id)
        .where('purged_at', 'is', null)
        .limit(maxPurgedDocuments),
    );
    for (const document of orphans) removed.push(yield* purgeDocumentRow(db, document, args.at));
    return { removed, more: true };
  }
  const measured = yield* first(
    db
      .selectFrom('corpora as c')
      .select('c.id')
      .where('c.purged_at', 'is not', null)
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
      .where('purged_at', 'is not', null)
      .where('passage_count', '>', sql.lit(0))
      .limit(1),
  );
  if (!left) {
    const more = yield* clearVersions(db, { maxRows: args.maxRows, before: args.versionsBefore });
    return { removed, more };
  }
  yield* clearPassages(db, { documentId: left.id, maxRows: args.maxRows });
  return { removed, more: true };
}

/** `passage_count` of a purged document falls to 0 with its last passage: what is left to clear is found by it. */
function* clearPassages(db: Db, args: { documentId: string; maxRows: number }): Script<void> {
  const removed = yield* removePassages(db, args);
  if (removed === args.maxRows) return;
  yield* run(db.updateTable('documents').set({ passage_count: 0 }).where('id', '=', args.documentId));
}
