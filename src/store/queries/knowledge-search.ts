import { expandTerms, feedbackPassages, moveVector } from '../../retrieval/feedback.ts';
import { fuse } from '../../retrieval/fuse.ts';
import type { Hit } from '../../retrieval/hit.ts';
import { language as knownLanguage } from '../../retrieval/language.ts';
import { stopTerms } from '../../retrieval/terms.ts';
import { searchVectors } from '../../retrieval/vector-scan.ts';
import { WordScans } from '../../retrieval/word-scan.ts';
import { query } from '../command.ts';
import { all, type Db, type Script } from '../script.ts';
import { type NearIndex, nearPassages, storedVectors } from './near-passages.ts';
import { type CorpusIndex, countWords, type ResidentIndex, residentIndex } from './resident-index.ts';
import { filteredRows, isEmptyFilter, type SearchFilter } from './search-filter.ts';

export type SearchArgs = {
  /** Nothing outside these is looked at. */
  corpusIds: readonly string[];
  /** The question's terms; repeated ones count as often. */
  terms: readonly string[];
  /** A unit vector of this embedder. */
  vector?: { embedder: string; values: Float32Array };
  /** Where the database has that embedder's vectors in an index; else they are looked through in memory. */
  near?: NearIndex;
  filter?: SearchFilter;
  /** Of each list. */
  limit: number;
};

/** By row numbers of passages. */
export type SearchHits = { lexical: Hit[]; dense: Hit[] };

/** Looks for passages of ready documents by words (BM25, title and headings counted twice) and by nearness of meaning (cosine), twice: the
 *  second question leans a little towards the best passages of the first. Each list best first, both from one moment. */
export const searchPassages = query(function* (db: Db, args: SearchArgs): Script<SearchHits> {
  const { corpusIds, vector, near, limit, filter = {} } = args;
  const ofVectors = vector && { id: vector.embedder, dimensions: vector.values.length };
  const index = yield* residentIndex(db, near ? 'words' : ofVectors);
  const corpora = corpusIds.flatMap((id) => index.corpora.get(id) ?? []);
  const rows = isEmptyFilter(filter) ? undefined : yield* filteredRows(db, index, corpusIds, filter);
  const isAllowed = rows && ((id: number) => rows.has(id));
  const words = new WordScans(corpora.map((corpus) => corpus.words));
  const question = new Map<number, number>();
  for (const term of args.terms.flatMap((each) => index.vocabulary.find(each) ?? [])) {
    question.set(term, (question.get(term) ?? 0) + 1);
  }
  const ask = function* (terms: ReadonlyMap<number, number>, values: Float32Array | undefined): Script<SearchHits> {
    const lexical = words.search(terms, limit, isAllowed);
    if (!values) return { lexical, dense: [] };
    if (!near) return { lexical, dense: searchVectors(vectorsOf(corpora), values, limit, isAllowed) };
    const passages = rows?.size ?? corpora.reduce((sum, corpus) => sum + corpus.words.size, 0);
    return { lexical, dense: yield* nearPassages(db, near, { values, limit, corpusIds, rows, passages }) };
  };
  const first = yield* ask(question, vector?.values);
  const best = fuse(vector ? [first.lexical, first.dense] : [first.lexical]).slice(0, feedbackPassages);
  if (best.length === 0) return first;
  const terms = expandTerms(question, yield* countAgain(db, index, best), {
    passages: words.passages,
    holding: (term) => words.holding(term),
    isTelling: isTellingIn(index),
  });
  if (!vector) return yield* ask(terms, undefined);
  const rowids = best.map(({ id }) => id);
  const kept = near ? yield* storedVectors(db, { embedder: vector.embedder, rowids }) : vectorsIn(corpora, rowids);
  const nearest = best.flatMap(({ id, score }) => {
    const found = kept.get(id);
    return found ? [{ vector: found, score }] : [];
  });
  return yield* ask(terms, moveVector(vector.values, nearest));
});

const vectorsOf = (corpora: readonly CorpusIndex[]) => corpora.map((corpus) => corpus.vectors);

function vectorsIn(corpora: readonly CorpusIndex[], rowids: readonly number[]): Map<number, Float32Array> {
  const found = new Map<number, Float32Array>();
  for (const scan of vectorsOf(corpora)) {
    for (const id of rowids) {
      const vector = scan.get(id);
      if (vector) found.set(id, vector);
    }
  }
  return found;
}

function isTellingIn({ vocabulary }: ResidentIndex): (term: number) => boolean {
  const silent = new Set(stopTerms.map((term) => vocabulary.find(term)));
  return (term) => !silent.has(term);
}

/** The terms of a few passages, from their text: only which passages hold a term is kept in memory. */
function* countAgain(db: Db, index: ResidentIndex, hits: readonly Hit[]) {
  const rows = yield* all(
    db
      .selectFrom('passages as p')
      .innerJoin('documents as d', 'd.id', 'p.document_id')
      .select(['p.rowid', 'p.title', 'p.heading_path', 'p.text', 'd.language'])
      .where(
        'p.rowid',
        'in',
        hits.map((hit) => hit.id),
      ),
  );
  const byRow = new Map(rows.map((row) => [row.rowid, row]));
  return hits.flatMap(({ id, score }) => {
    const row = byRow.get(id);
    return row ? [{ counted: countWords(index.vocabulary, row, knownLanguage.parse(row.language)), score }] : [];
  });
}
