import { sql } from 'kysely';
import { query } from '../command.ts';
import { type Db, type Script } from '../script.ts';
import { residentVectors } from './resident-vectors.ts';

/** A found passage's row number and its score in one list; higher is better. */
export type SearchHit = { id: number; score: number };

export type SearchArgs = {
  /** Nothing outside these is looked at. */
  corpusIds: readonly string[];
  /** An FTS5 MATCH expression. */
  match?: string;
  /** A unit vector of this embedder. */
  vector?: { embedder: string; values: Float32Array };
  /** Of each list. */
  limit: number;
};

export type SearchHits = { lexical: SearchHit[]; dense: SearchHit[] };

/** Looks for passages of ready documents by words (BM25, title and headings counted twice) and by nearness of meaning (cosine);
 *  each list best first, both from one moment. */
export const searchPassages = query(function* (db: Db, args: SearchArgs): Script<SearchHits> {
  if (args.corpusIds.length === 0) return { lexical: [], dense: [] };
  return {
    lexical: args.match === undefined ? [] : yield* byWords(db, args.match, args),
    dense: args.vector === undefined ? [] : yield* byMeaning(db, args.vector, args),
  };
});

/** bm25() is lower for better, so it is negated. The cross join keeps the word index first: in another order the full-text query
 *  would run once for each passage of the corpora. */
function* byWords(db: Db, match: string, args: SearchArgs): Script<SearchHit[]> {
  const corpora = sql.join(args.corpusIds);
  const raw = sql<SearchHit>`
    select f.rowid as id, -bm25(passages_fts, 2.0, 1.0) as score
    from passages_fts f
    cross join passages p on p.rowid = f.rowid
    cross join documents d on d.id = p.document_id and d.version = p.version
    where passages_fts match ${match} and p.corpus_id in (${corpora}) and d.state = 'ready' and d.deleted_at is null
    order by score desc, id limit ${args.limit}`;
  return (yield raw.compile(db)) as SearchHit[];
}

function* byMeaning(db: Db, vector: NonNullable<SearchArgs['vector']>, args: SearchArgs): Script<SearchHit[]> {
  const resident = yield* residentVectors(db, vector.embedder, vector.values.length);
  return args.corpusIds
    .flatMap((id) => resident.get(id)?.search(vector.values, args.limit) ?? [])
    .toSorted((a, b) => b.score - a.score || a.id - b.id)
    .slice(0, args.limit);
}
