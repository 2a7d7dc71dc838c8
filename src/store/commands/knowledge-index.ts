import { sql } from 'kysely';
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

/** Stores passages with their words. The words of title and headings share the index column that counts double. */
export function* insertPassages(
  db: Db,
  document: { id: string; corpusId: string; version: number; title: string },
  passages: readonly PassageRow[],
): Script<void> {
  for (const passage of passages) {
    const row = yield* first(
      db
        .insertInto('passages')
        .values({
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
        })
        .returning('rowid'),
    );
    if (!row) throw new Error('a passage was not stored');
    const title = [document.title, ...passage.headingPath].join('\n');
    yield* statement(
      db,
      sql`insert into passages_fts (rowid, title, text) values (${row.rowid}, ${title}, ${passage.text})`,
    );
  }
}

/** Removes at most `maxRows` passages of a document with their words and vectors; gives how many were there to remove. */
export function* removePassages(db: Db, args: { documentId: string; maxRows: number }): Script<number> {
  const rows = yield* all(
    db.selectFrom('passages').select('rowid').where('document_id', '=', args.documentId).limit(args.maxRows),
  );
  for (const { rowid } of rows) {
    yield* statement(db, sql`delete from passages_fts where rowid = ${rowid}`);
    yield* run(db.deleteFrom('passage_vectors').where('rowid', '=', rowid));
    yield* run(db.deleteFrom('passages').where('rowid', '=', rowid));
  }
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

/** The word index is no table the typed builder knows. */
function* statement(db: Db, raw: ReturnType<typeof sql>): Script<void> {
  yield* run({ compile: () => raw.compile(db) });
}
