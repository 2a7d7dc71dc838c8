import { type Selectable, sql } from 'kysely';
import type { Schema } from '../schema.ts';
import { all, type Db, first, run, type Script } from '../script.ts';
import { leaveFile } from './version-files.ts';

/** States of a version that is being read. A version beside the current one is in one of these, `failed`, or `old`. */
export const readingStates = [sql.lit('queued'), sql.lit('parsing'), sql.lit('embedding')];

/** Which original a version is read from. */
export const originalColumns = [
  'filename',
  'bytes',
  'sha256',
  'file_key',
  'address',
  'final_address',
  'fetched_at',
  'created_by',
] as const;

type VersionRow = Selectable<Schema['document_versions']>;
export type Original = Pick<VersionRow, (typeof originalColumns)[number]>;

/** The document whose next version is to be read, as its row has it. */
export type Current = Original & { id: string; version: number; language: string; notices: string };

/** The next version of a document while it is being read. */
export function* versionBeingRead(
  db: Db,
  documentId: string,
): Script<{ version: number; sha256: string; file_key: string } | undefined> {
  return yield* first(
    db
      .selectFrom('document_versions')
      .select(['version', 'sha256', 'file_key'])
      .where('document_id', '=', documentId)
      .where('state', 'in', readingStates),
  );
}

/** Begins the next version of a document, in the place of one that failed. Passages that one left are cleared when this one is stored. */
export function* beginNextVersion(
  db: Db,
  current: Current,
  { original, at, ...names }: { original: Original; title: string; media_type: string; at: string },
): Script<number> {
  const version = current.version + 1;
  const reading = {
    ...names,
    ...original,
    state: 'queued',
    progress: 0,
    error_code: null,
    error_message: null,
    language: current.language,
    notices: current.notices,
    page_count: 0,
    created_at: at,
    updated_at: at,
  };
  yield* run(
    db
      .insertInto('document_versions')
      .values({ document_id: current.id, version, ...reading, passage_count: 0 })
      .onConflict((conflict) => conflict.columns(['document_id', 'version']).doUpdateSet(reading)),
  );
  return version;
}

/** The original of a document's current version. Pure. */
export function originalOf(document: Original): Original {
  const { filename, bytes, sha256, file_key, address, final_address, fetched_at, created_by } = document;
  return { filename, bytes, sha256, file_key, address, final_address, fetched_at, created_by };
}

/** Another live document of a corpus with these bytes, or that is being read anew from them. Index: documents_content. */
export function* twinOf(
  db: Db,
  { id, corpus_id: corpusId, sha256 }: { id: string; corpus_id: string; sha256: string },
): Script<{ title: string } | undefined> {
  const live = db
    .selectFrom('documents as d')
    .select('d.title')
    .where('d.corpus_id', '=', corpusId)
    .where('d.id', '<>', id)
    .where('d.deleted_at', 'is', null);
  const here = yield* first(live.where('d.sha256', '=', sha256));
  if (here) return here;
  return yield* first(
    live
      .innerJoin('document_versions as v', 'v.document_id', 'd.id')
      .where('v.state', 'in', readingStates)
      .where('v.sha256', '=', sha256),
  );
}

/** Ends the reading of a document's next version; the current one stays. False: none is being read. */
export function* failNextVersion(
  db: Db,
  args: { documentId: string; code: string; message: string; at: string },
): Script<boolean> {
  const { documentId, code, message, at } = args;
  const next = yield* versionBeingRead(db, documentId);
  if (!next) return false;
  const { version, file_key: fileKey } = next;
  yield* run(
    db
      .updateTable('document_versions')
      .set({ state: 'failed', error_code: code, error_message: message, file_key: '', updated_at: at })
      .where('document_id', '=', documentId)
      .where('version', '=', version),
  );
  yield* run(db.deleteFrom('document_texts').where('document_id', '=', documentId).where('version', '=', version));
  yield* leaveFile(db, { documentId, fileKey });
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
