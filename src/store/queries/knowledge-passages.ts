import { query } from '../command.ts';
import type { OfReader } from './knowledge.ts';
import { all, type Db, first, type Script } from '../script.ts';

/** A passage with the names a citation shows. */
export type PassageRecord = {
  rowid: number;
  passage_id: string;
  corpus_id: string;
  corpus_name: string;
  document_id: string;
  document_title: string;
  version: number;
  ordinal: number;
  start_offset: number;
  end_offset: number;
  page: number | null;
  /** JSON of headings, outermost first. */
  heading_path: string;
  text: string;
  language: string;
};

/** Passages of ready documents in their current version, whose corpus lives. */
function readable(db: Db) {
  return db
    .selectFrom('passages as p')
    .innerJoin('documents as d', (join) =>
      join.onRef('d.id', '=', 'p.document_id').onRef('d.version', '=', 'p.version'),
    )
    .innerJoin('corpora as c', 'c.id', 'p.corpus_id')
    .select([
      'p.rowid',
      'p.passage_id',
      'p.corpus_id',
      'c.name as corpus_name',
      'p.document_id',
      'd.title as document_title',
      'p.version',
      'p.ordinal',
      'p.start_offset',
      'p.end_offset',
      'p.page',
      'p.heading_path',
      'p.text',
      'd.language',
    ])
    .where('d.state', '=', 'ready')
    .where('d.deleted_at', 'is', null)
    .where('c.deleted_at', 'is', null);
}

/** These passages as far as they are readable in these corpora, and in PostgreSQL as far as their reader sees the corpora; in no order. */
export const passagesByRow = query(function* (
  db: Db,
  args: { userId: string; rowids: readonly number[]; corpusIds: readonly string[] },
): Script<PassageRecord[]> {
  if (args.rowids.length === 0 || args.corpusIds.length === 0) return [];
  return yield* all(
    readable(db)
      .where('p.rowid', 'in', [...args.rowids])
      .where('p.corpus_id', 'in', [...args.corpusIds]),
  );
});

export const passageById = query(function* (
  db: Db,
  args: { userId: string; passageId: string },
): Script<PassageRecord | undefined> {
  return yield* first(readable(db).where('p.passage_id', '=', args.passageId));
});

export type PassagePlaceRecord = Pick<
  PassageRecord,
  'passage_id' | 'ordinal' | 'start_offset' | 'end_offset' | 'page' | 'heading_path'
>;

/** Where the passages of one version stand, in the order of the text. Index: the key of document, version and ordinal. */
export const passagesOfVersion = query(function* (
  db: Db,
  args: OfReader & { version: number; afterOrdinal: number; limit: number },
): Script<PassagePlaceRecord[]> {
  return yield* all(
    db
      .selectFrom('passages')
      .select(['ordinal', 'passage_id', 'start_offset', 'end_offset', 'page', 'heading_path'])
      .where('document_id', '=', args.documentId)
      .where('version', '=', args.version)
      .where('ordinal', '>', args.afterOrdinal)
      .orderBy('ordinal')
      .limit(args.limit),
  );
});

/** What the embedder needs of a passage. */
export type UnembeddedPassage = {
  rowid: number;
  passage_id: string;
  ordinal: number;
  title: string;
  heading_path: string;
  text: string;
};

const embeddedColumns = ['p.rowid', 'p.passage_id', 'p.ordinal', 'p.title', 'p.heading_path', 'p.text'] as const;

/** Passages of one version that have no vector of this embedder, in the order of the text. */
export const passagesToEmbed = query(function* (
  db: Db,
  args: { documentId: string; version: number; embedder: string; afterOrdinal: number; limit: number },
): Script<UnembeddedPassage[]> {
  return yield* all(
    db
      .selectFrom('passages as p')
      .leftJoin('passage_vectors as v', (join) =>
        join.onRef('v.rowid', '=', 'p.rowid').on('v.embedder', '=', args.embedder),
      )
      .select(embeddedColumns)
      .where('p.document_id', '=', args.documentId)
      .where('p.version', '=', args.version)
      .where('p.ordinal', '>', args.afterOrdinal)
      .where('v.rowid', 'is', null)
      .orderBy('p.ordinal')
      .limit(args.limit),
  );
});

/** Passages of ready documents that have no vector of this embedder: what was read while it was not available. */
export const passagesWithoutVectors = query(function* (
  db: Db,
  args: { embedder: string; afterRowid: number; limit: number },
): Script<UnembeddedPassage[]> {
  return yield* all(
    db
      .selectFrom('passages as p')
      .innerJoin('documents as d', (join) =>
        join.onRef('d.id', '=', 'p.document_id').onRef('d.version', '=', 'p.version'),
      )
      .leftJoin('passage_vectors as v', (join) =>
        join.onRef('v.rowid', '=', 'p.rowid').on('v.embedder', '=', args.embedder),
      )
      .select(embeddedColumns)
      .where('p.rowid', '>', args.afterRowid)
      .where('d.state', '=', 'ready')
      .where('d.purged_at', 'is', null)
      .where('v.rowid', 'is', null)
      .orderBy('p.rowid')
      .limit(args.limit),
  );
});

/** How many passages of ready documents there are, and about how many have a vector of an embedder. Index: passage_vectors_embedder. */
export const embeddingProgress = query(function* (
  db: Db,
  args: { embedder: string },
): Script<{ done: number; total: number }> {
  const documents = yield* first(
    db
      .selectFrom('documents')
      .select((eb) => eb.fn.sum<number | null>('passage_count').as('passages'))
      .where('state', '=', 'ready')
      .where('purged_at', 'is', null),
  );
  const vectors = yield* first(
    db
      .selectFrom('passage_vectors')
      .select((eb) => eb.fn.countAll<number>().as('made'))
      .where('embedder', '=', args.embedder),
  );
  const total = documents?.passages ?? 0;
  return { done: Math.min(total, vectors?.made ?? 0), total };
});
