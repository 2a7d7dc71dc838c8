import { expandTerms, feedbackPassages, moveVector } from '../../retrieval/feedback.ts';
import { fuse } from '../../retrieval/fuse.ts';
import type { Hit } from '../../retrieval/hit.ts';
import { language as knownLanguage } from '../../retrieval/language.ts';
import { stopTerms } from '../../retrieval/terms.ts';
import { searchVectors } from '../../retrieval/vector-scan.ts';
import { WordScans } from '../../retrieval/word-scan.ts';
import { query } from '../command.ts';
import { all, type Db, type Script } from '../script.ts';
import { type CorpusIndex, countWords, type ResidentIndex, residentIndex } from './resident-index.ts';
import { filteredRows, isEmptyFilter, type SearchFilter } from './search-filter.ts';

export type SearchArgs = {
  /** Nothing outside these is looked at. */
  corpusIds: readonly string[];
  /** The question's terms; repeated ones count as often. */
  terms: readonly string[];
  /** A unit vector of this embedder. */
  vector?: { embedder: string; values: Float32Array };
  filter?: SearchFilter;
  /** Of each list. */
  limit: number;
};

/** By row numbers of passages. */
export type SearchHits = { lexical: Hit[]; dense: Hit[] };

/** Looks for passages of ready documents by words (BM25, title and headings counted twice) and by nearness of meaning (cosine), twice: the
 *  second question leans a little towards the best passages of the first. Each list best first, both from one moment. */
export const searchPassages = query(function* (db: Db, args: SearchArgs): Script<SearchHits> {
  const { vector, limit, filter = {} } = args;
  const index = yield* residentIndex(db, vector && { id: vector.embedder, dimensions: vector.values.length });
  const corpora = args.corpusIds.flatMap((id) => index.corpora.get(id) ?? []);
  const rows = isEmptyFilter(filter) ? undefined : yield* filteredRows(db, index, args.corpusIds, filter);
  const isAllowed = rows && ((id: number) => rows.has(id));
  const words = new WordScans(corpora.map((corpus) => corpus.words));
  const question = new Map<number, number>();
  for (const term of args.terms.flatMap((each) => index.vocabulary.find(each) ?? [])) {
    question.set(term, (question.get(term) ?? 0) + 1);
  }
  const ask = (terms: ReadonlyMap<number, number>, values: Float32Array | undefined): SearchHits => ({
    lexical: words.search(terms, limit, isAllowed),
    dense: values ? searchVectors(vectorsOf(corpora), values, limit, isAllowed) : [],
  });
  const first = ask(question, vector?.values);
  const best = fuse(vector ? [first.lexical, first.dense] : [first.lexical]).slice(0, feedbackPassages);
  if (best.length === 0) return first;
  const terms = expandTerms(question, yield* countAgain(db, index, best), {
    passages: words.passages,
    holding: (term) => words.holding(term),
    isTelling: isTellingIn(index),
  });
  const near = best.flatMap(({ id, score }) => {
    const found = corpora.values().map((corpus) => corpus.vectors.get(id));
    return found.flatMap((each) => (each ? [{ vector: each, score }] : [])).toArray();
  });
  return ask(terms, vector && moveVector(vector.values, near));
});

const vectorsOf = (corpora: readonly CorpusIndex[]) => corpora.map((corpus) => corpus.vectors);

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
