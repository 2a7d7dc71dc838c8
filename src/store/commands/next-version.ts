import { sql } from 'kysely';
import { all, type Db, first, run, type Script } from '../script.ts';

/** States of a version that is being read. A version beside the current one is in one of these, `failed`, or `old`. */
export const readingStates = [sql.lit('queued'), sql.lit('parsing'), sql.lit('embedding')];

/** Ends the reading of a document's next version; the current one stays. False: none is being read. */
export function* failNextVersion(
  db: Db,
  args: { documentId: string; code: string; message: string; at: string },
): Script<boolean> {
  const failed = yield* first(
    db
      .updateTable('document_versions')
      .set({ state: 'failed', error_code: args.code, error_message: args.message, updated_at: args.at })
      .where('document_id', '=', args.documentId)
      .where('state', 'in', readingStates)
      .returning('version'),
  );
  if (!failed) return false;
  yield* run(
    db.deleteFrom('document_texts').where('document_id', '=', args.documentId).where('version', '=', failed.version),
  );
  return true;
}

/** Why a version was not read to its end that its document, or its corpus, was deleted during. */
export const deletionCutOff = {
  code: 'cancelled',
  message: 'The document was deleted while it was read again. What was read before is still searched.',
};

/** Ends the reading of the next version of every document of a corpus that goes into the recycle bin. */
export function* failNextVersions(db: Db, { corpusId, at }: { corpusId: string; at: string }): Script<void> {
  const reading = yield* all(
    db
      .selectFrom('document_versions as v')
      .innerJoin('documents as d', 'd.id', 'v.document_id')
      .select('d.id')
      .where('d.corpus_id', '=', corpusId)
      .where('v.state', 'in', readingStates),
  );
  for (const { id } of reading) yield* failNextVersion(db, { documentId: id, ...deletionCutOff, at });
}
