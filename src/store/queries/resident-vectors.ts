import { knowledgeRevisionKey } from '../commands/knowledge-index.ts';
import { all, type Db, first, type Script } from '../script.ts';
import { decodeVector } from '../vector-bytes.ts';
import { VectorScan } from '../vector-scan.ts';

/** The vectors of all searchable passages, kept in the memory of the thread that searches, one block for each corpus. */
type Resident = {
  embedder: string;
  revision: string | undefined;
  corpora: Map<string, VectorScan>;
  documents: Map<string, { corpusId: string; version: number; rowids: number[] }>;
};

/** A thread has one statement builder; what it keeps in memory lives as long as that. */
const residents = new WeakMap<Db, Resident>();

/** Vectors kept at most: about 390 bytes each, so 120 MB a thread. Passages beyond it are found by words alone. */
const maxVectors = 300_000;

/** Brings this thread's vectors to the moment of the current snapshot and gives them by corpus. Costs one read of a counter when
 *  nothing changed, else one list of documents and the vectors of those that are not complete here. */
export function* residentVectors(db: Db, embedder: string, dimensions: number): Script<Map<string, VectorScan>> {
  let resident = residents.get(db);
  if (resident?.embedder !== embedder) {
    resident = { embedder, revision: undefined, corpora: new Map(), documents: new Map() };
    residents.set(db, resident);
  }
  const counter = yield* first(db.selectFrom('settings').select('value').where('key', '=', knowledgeRevisionKey));
  const revision = counter?.value ?? '0';
  if (resident.revision === revision) return resident.corpora;
  // Unknown until the end: a refresh that is cut short is done again.
  resident.revision = undefined;
  const searchable = yield* all(
    db
      .selectFrom('documents as d')
      .innerJoin('corpora as c', 'c.id', 'd.corpus_id')
      .select(['d.id', 'd.corpus_id', 'd.version', 'd.passage_count'])
      .where('d.state', '=', 'ready')
      .where('d.deleted_at', 'is', null)
      .where('c.deleted_at', 'is', null),
  );
  dropOthers(resident, new Map(searchable.map((document) => [document.id, document.version])));
  let room = maxVectors - [...resident.corpora.values()].reduce((sum, scan) => sum + scan.size, 0);
  for (const document of searchable) {
    const known = resident.documents.get(document.id)?.rowids.length ?? 0;
    if (known >= document.passage_count || room <= 0) continue;
    room -= (yield* load(db, resident, document, dimensions)) - known;
  }
  resident.revision = revision;
  return resident.corpora;
}

function dropOthers(resident: Resident, searchable: ReadonlyMap<string, number>): void {
  for (const [id, document] of resident.documents) {
    if (searchable.get(id) === document.version) continue;
    const scan = resident.corpora.get(document.corpusId);
    for (const rowid of document.rowids) scan?.delete(rowid);
    if (scan?.size === 0) resident.corpora.delete(document.corpusId);
    resident.documents.delete(id);
  }
}

function* load(
  db: Db,
  resident: Resident,
  document: { id: string; corpus_id: string; version: number },
  dimensions: number,
): Script<number> {
  const rows = yield* all(
    db
      .selectFrom('passages as p')
      .innerJoin('passage_vectors as v', 'v.rowid', 'p.rowid')
      .select(['v.rowid', 'v.vector'])
      .where('p.document_id', '=', document.id)
      .where('p.version', '=', document.version)
      .where('v.embedder', '=', resident.embedder),
  );
  if (rows.length === 0) return 0;
  let scan = resident.corpora.get(document.corpus_id);
  if (!scan) resident.corpora.set(document.corpus_id, (scan = new VectorScan(dimensions, 64)));
  for (const { rowid, vector } of rows) scan.set(rowid, decodeVector(vector));
  const rowids = rows.map((row) => row.rowid);
  resident.documents.set(document.id, { corpusId: document.corpus_id, version: document.version, rowids });
  return rowids.length;
}
