import { encodeJson } from '../json.ts';
import { all, type Db, first, run, type Script } from '../script.ts';

/** The setting that counts changes of what a search may find. Readers that keep vectors in memory compare it. */
export const knowledgeRevisionKey = 'knowledge.revision';

export type PassageRow = {
  passageId: string;
  ordinal: number;
  /** UTF-16 offsets into the version's text; `text` is exactly what stands there. */
  start: number;
  end: number;
  page: number | null;
  headingPath: readonly string[];
  text: string;
};

export function* insertPassages(
  db: Db,
  document: { id: string; corpusId: string; version: number; title: string },
  passages: readonly PassageRow[],
): Script<void> {
  for (const passage of passages) {
    yield* run(
      db.insertInto('passages').values({
        passage_id: passage.passageId,
        corpus_id: document.corpusId,
        document_id: document.id,
        version: document.version,
        ordinal: passage.ordinal,
        start_offset: passage.start,
        end_offset: passage.end,
        page: passage.page,
        heading_path: encodeJson(passage.headingPath),
        title: document.title,
        text: passage.text,
      }),
    );
  }
}

/** Removes at most `maxRows` passages of a document, or of one version of it, with their vectors; gives how many were there to remove. */
export function* removePassages(
  db: Db,
  args: { documentId: string; version?: number; maxRows: number },
): Script<number> {
  let some = db.selectFrom('passages').select('rowid').where('document_id', '=', args.documentId);
  if (args.version !== undefined) some = some.where('version', '=', args.version);
  const rows = yield* all(some.limit(args.maxRows));
  const rowids = rows.map((row) => row.rowid);
  if (rowids.length === 0) return 0;
  yield* run(db.deleteFrom('passage_vectors').where('rowid', 'in', rowids));
  yield* run(db.deleteFrom('passages').where('rowid', 'in', rowids));
  return rows.length;
}

/** Says that what a search may find has changed. */
export function* bumpKnowledge(db: Db, at: string): Script<void> {
  const row = yield* first(db.selectFrom('settings').select('value').where('key', '=', knowledgeRevisionKey));
  const value = String(Number(row?.value ?? 0) + 1);
  yield* run(
    db
      .insertInto('settings')
      .values({ key: knowledgeRevisionKey, value, updated_at: at })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value, updated_at: at })),
  );
}
