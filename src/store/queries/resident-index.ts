import { z } from 'zod';
import { language as knownLanguage, type Language } from '../../retrieval/language.ts';
import { decodeVector } from '../../retrieval/quantized-vector.ts';
import { VectorMemory } from '../../retrieval/vector-memory.ts';
import { VectorScan } from '../../retrieval/vector-scan.ts';
import { type CountedTerms, Vocabulary } from '../../retrieval/vocabulary.ts';
import { WordScan } from '../../retrieval/word-scan.ts';
import { knowledgeRevisionKey } from '../commands/knowledge-index.ts';
import { decodeJson } from '../json.ts';
import { all, type Db, first, type Script } from '../script.ts';

/** One corpus's searchable passages. */
export type CorpusIndex = { words: WordScan; vectors: VectorScan };

/** The words and vectors of all searchable passages, kept in the memory of the thread that searches; about 1.9 KB a passage of 130 words. */
export type ResidentIndex = {
  vocabulary: Vocabulary;
  corpora: ReadonlyMap<string, CorpusIndex>;
  /** The row numbers of each document's passages. */
  documents: ReadonlyMap<string, { rowids: readonly number[] }>;
};

type Embedder = { id: string; dimensions: number };

type Resident = {
  revision: string | undefined;
  vocabulary: Vocabulary;
  corpora: Map<string, CorpusIndex>;
  documents: Map<string, LoadedDocument>;
  embedder: string | undefined;
  memory: VectorMemory;
};
type LoadedDocument = { corpusId: string; version: number; rowids: number[]; vectors: number };

/** A thread has one statement builder; what it keeps in memory lives as long as that. */
const residents = new WeakMap<Db, Resident>();

/** Brings this thread's index to the moment of the current snapshot and gives it. Costs one read of a counter when nothing changed,
 *  else one list of documents and what is missing here of each.
 *  @param wanted  whose vectors are wanted too; `words`: no vectors are kept; what is kept stays as it is when left out */
export function* residentIndex(db: Db, wanted?: Embedder | 'words'): Script<ResidentIndex> {
  let resident = residents.get(db);
  if (!resident) residents.set(db, (resident = emptyResident()));
  const embedder = wanted === 'words' ? undefined : wanted;
  if (wanted && resident.embedder !== embedder?.id) changeEmbedder(resident, embedder);
  const counter = yield* first(db.selectFrom('settings').select('value').where('key', '=', knowledgeRevisionKey));
  const revision = `${counter?.value ?? '0'} ${resident.embedder ?? ''}`;
  if (resident.revision === revision) return resident;
  // Unknown until the end: a refresh that is cut short is done again.
  resident.revision = undefined;
  const searchable = yield* all(
    db
      .selectFrom('documents as d')
      .innerJoin('corpora as c', 'c.id', 'd.corpus_id')
      .select(['d.id', 'd.corpus_id', 'd.version', 'd.language', 'd.passage_count'])
      .where('d.state', '=', 'ready')
      .where('d.deleted_at', 'is', null)
      .where('c.deleted_at', 'is', null),
  );
  dropOthers(resident, new Map(searchable.map((document) => [document.id, document.version])));
  for (const document of searchable) {
    const loaded = resident.documents.get(document.id) ?? (yield* loadWords(db, resident, document));
    const lacksVectors = resident.embedder !== undefined && loaded.vectors < document.passage_count;
    if (lacksVectors) yield* loadVectors(db, resident, document.id, loaded);
  }
  resident.revision = revision;
  return resident;
}

function emptyResident(): Resident {
  return {
    revision: undefined,
    vocabulary: new Vocabulary(),
    corpora: new Map(),
    documents: new Map(),
    embedder: undefined,
    memory: new VectorMemory(0),
  };
}

function changeEmbedder(resident: Resident, embedder: Embedder | undefined): void {
  resident.embedder = embedder?.id;
  resident.memory = new VectorMemory(embedder?.dimensions ?? 0);
  for (const corpus of resident.corpora.values()) corpus.vectors = new VectorScan(resident.memory);
  for (const document of resident.documents.values()) document.vectors = 0;
}

function dropOthers(resident: Resident, searchable: ReadonlyMap<string, number>): void {
  for (const [id, { corpusId, version, rowids }] of resident.documents) {
    if (searchable.get(id) === version) continue;
    const corpus = resident.corpora.get(corpusId);
    for (const rowid of rowids) {
      corpus?.words.delete(rowid);
      corpus?.vectors.delete(rowid);
    }
    if (corpus?.words.size === 0) resident.corpora.delete(corpusId);
    resident.documents.delete(id);
  }
}

type StoredWords = { title: string; heading_path: string; text: string };

/** A stored passage's words; those of title and headings count twice. */
export function countWords(vocabulary: Vocabulary, passage: StoredWords, language: Language): CountedTerms {
  const heading = [passage.title, ...headings.parse(decodeJson(passage.heading_path))].join('\n');
  return vocabulary.count({ heading, text: passage.text }, language);
}

const headings = z.array(z.string());

function* loadWords(
  db: Db,
  resident: Resident,
  document: { id: string; corpus_id: string; version: number; language: string },
): Script<LoadedDocument> {
  const rows = yield* all(
    db
      .selectFrom('passages')
      .select(['rowid', 'title', 'heading_path', 'text'])
      .where('document_id', '=', document.id)
      .where('version', '=', document.version),
  );
  const language = knownLanguage.parse(document.language);
  const { words } = corpusIndex(resident, document.corpus_id);
  for (const row of rows) words.add(row.rowid, countWords(resident.vocabulary, row, language));
  const rowids = rows.map((row) => row.rowid);
  const loaded = { corpusId: document.corpus_id, version: document.version, rowids, vectors: 0 };
  resident.documents.set(document.id, loaded);
  return loaded;
}

function* loadVectors(db: Db, resident: Resident, documentId: string, loaded: LoadedDocument): Script<void> {
  const rows = yield* all(
    db
      .selectFrom('passages as p')
      .innerJoin('passage_vectors as v', 'v.rowid', 'p.rowid')
      .select(['v.rowid', 'v.vector'])
      .where('p.document_id', '=', documentId)
      .where('p.version', '=', loaded.version)
      .where('v.embedder', '=', resident.embedder ?? ''),
  );
  const { vectors } = corpusIndex(resident, loaded.corpusId);
  for (const { rowid, vector } of rows) vectors.set(rowid, decodeVector(vector));
  loaded.vectors = rows.length;
}

function corpusIndex(resident: Resident, corpusId: string): CorpusIndex {
  let corpus = resident.corpora.get(corpusId);
  if (!corpus) {
    corpus = { words: new WordScan(), vectors: new VectorScan(resident.memory) };
    resident.corpora.set(corpusId, corpus);
  }
  return corpus;
}
