import { nameKey } from '../commands/name-key.ts';
import { decodeJson } from '../json.ts';
import { all, type Db, type Script } from '../script.ts';
import type { ResidentIndex } from './resident-index.ts';

/** What narrows a search within its corpora; each left out refuses nothing. */
export type SearchFilter = {
  documentIds?: readonly string[] | undefined;
  /** When a document was added: from this moment on, and before that one. */
  addedFrom?: string | undefined;
  addedBefore?: string | undefined;
  /** A document or its corpus has at least one of them, however it is written. */
  tags?: readonly string[] | undefined;
};

export function isEmptyFilter(filter: SearchFilter): boolean {
  return Object.values(filter).every((each) => each === undefined);
}

/** The row numbers of the passages a filter lets through. */
export function* filteredRows(
  db: Db,
  index: Pick<ResidentIndex, 'documents'>,
  corpusIds: readonly string[],
  { documentIds, addedFrom, addedBefore, tags }: SearchFilter,
): Script<ReadonlySet<number>> {
  let documents = db
    .selectFrom('documents')
    .select('id')
    .where('corpus_id', 'in', [...corpusIds])
    .where('deleted_at', 'is', null);
  if (documentIds) documents = documents.where('id', 'in', [...documentIds]);
  if (addedFrom !== undefined) documents = documents.where('created_at', '>=', addedFrom);
  if (addedBefore !== undefined) documents = documents.where('created_at', '<', addedBefore);
  if (tags) {
    const inTagged = yield* taggedCorpora(db, corpusIds, tags);
    const tagged = db
      .selectFrom('document_tags')
      .select('document_id')
      .where('corpus_id', 'in', [...corpusIds])
      .where('tag_key', 'in', tags.map(nameKey));
    documents = documents.where((eb) =>
      eb.or([eb('id', 'in', tagged), ...(inTagged.length > 0 ? [eb('corpus_id', 'in', inTagged)] : [])]),
    );
  }
  const rows = new Set<number>();
  for (const { id } of yield* all(documents)) {
    for (const rowid of index.documents.get(id)?.rowids ?? []) rows.add(rowid);
  }
  return rows;
}

/** Those of the corpora that have a tag themselves. */
function* taggedCorpora(db: Db, corpusIds: readonly string[], tags: readonly string[]): Script<string[]> {
  const corpora = yield* all(
    db
      .selectFrom('corpora')
      .select(['id', 'tags'])
      .where('id', 'in', [...corpusIds])
      .where('tags', '!=', '[]'),
  );
  const wanted = new Set(tags.map(nameKey));
  const has = (json: string) => decodeJson<string[]>(json).some((tag) => wanted.has(nameKey(tag)));
  return corpora.filter((corpus) => has(corpus.tags)).map(({ id }) => id);
}
