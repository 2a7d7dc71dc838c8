import { all, type Db, first, run, type Script } from '../script.ts';

/** Files that one look gives at most. */
const maxFiles = 100;

/** Notes that a version needs its original no more, which is removed unless another version of the document names it. To be called once the
 *  version itself does not name it. */
export function* leaveFile(db: Db, { documentId, fileKey }: { documentId: string; fileKey: string }): Script<void> {
  if (fileKey === '') return;
  const document = yield* first(
    db.selectFrom('documents').select(['corpus_id', 'file_key', 'purged_at']).where('id', '=', documentId),
  );
  if (!document || (document.purged_at === null && document.file_key === fileKey)) return;
  const other = yield* first(
    db
      .selectFrom('document_versions')
      .select('version')
      .where('document_id', '=', documentId)
      .where('file_key', '=', fileKey),
  );
  if (other) return;
  yield* run(
    db
      .insertInto('files_to_remove')
      .values({ file_key: fileKey, corpus_id: document.corpus_id })
      .onConflict((conflict) => conflict.column('file_key').doNothing()),
  );
}

/** Files that are to be removed. They are given again until `forgetFiles` hears of them: a process may be killed before it removed them. */
export function* filesToRemove(db: Db): Script<string[]> {
  const rows = yield* all(db.selectFrom('files_to_remove').select('file_key').limit(maxFiles));
  return rows.map((row) => row.file_key);
}

export function* forgetFiles(db: Db, fileKeys: readonly string[]): Script<void> {
  if (fileKeys.length === 0) return;
  yield* run(db.deleteFrom('files_to_remove').where('file_key', 'in', [...fileKeys]));
}
