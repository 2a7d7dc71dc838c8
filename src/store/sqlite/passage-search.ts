import type { DatabaseSync } from 'node:sqlite';

/** What is indexed of a passage. `rowid` is its row number in `passages`; headings count as much as the title. */
export type IndexedPassage = { rowid: number; title: string; headingPath: readonly string[]; text: string };

/** One found passage by its row number: `score` is BM25, higher is better. */
export type LexicalHit = { id: number; score: number };

/** Makes the full-text index of passages: English stemming, accents ignored, removed words wiped from the index.
 *  @see https://sqlite.org/fts5.html */
export const passageIndexStatements: readonly string[] = [
  `create virtual table passages_fts using fts5 (title, text, tokenize = 'porter unicode61 remove_diacritics 2')`,
  `insert into passages_fts (passages_fts, rank) values ('secure-delete', 1)`,
];

export function insertIntoPassageIndex(db: DatabaseSync, { rowid, title, headingPath, text }: IndexedPassage): void {
  db.prepare('insert into passages_fts (rowid, title, text) values (?, ?, ?)').run(
    rowid,
    [title, ...headingPath].join('\n'),
    text,
  );
}

export function deleteFromPassageIndex(db: DatabaseSync, rowid: number): void {
  db.prepare('delete from passages_fts where rowid = ?').run(rowid);
}

/** Passages that hold any of the expression's terms, best first by BM25 with the title counted twice; equals by row number.
 *  @param matchExpression  as `lexicalQuery` (knowledge/lexical-query.ts) builds it
 *  @param corpusIds  corpora that may be searched, tested inside the query so that others never shorten the list; all when left out */
export function searchLexical(
  db: DatabaseSync,
  matchExpression: string,
  limit: number,
  corpusIds?: readonly string[],
): LexicalHit[] {
  // A cross join keeps the index first; the other order would run the full-text query once for each passage of the corpora.
  const scope =
    corpusIds === undefined
      ? 'where'
      : `cross join passages on passages.rowid = passages_fts.rowid
         where passages.corpus_id in (select value from json_each(:corpora)) and`;
  const rows = db
    .prepare(
      `select passages_fts.rowid as id, -bm25(passages_fts, 2.0, 1.0) as score from passages_fts
       ${scope} passages_fts match :match order by score desc, id limit :limit`,
    )
    .all({
      match: matchExpression,
      limit,
      ...(corpusIds === undefined ? {} : { corpora: JSON.stringify(corpusIds) }),
    });
  return rows.map((row) => ({ id: Number(row['id']), score: Number(row['score']) }));
}
