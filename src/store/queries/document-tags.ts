import { query } from '../command.ts';
import { all, type Db, type Script } from '../script.ts';

export type DocumentTagRecord = { document_id: string; tag_key: string; tag: string };

/** The tags of a few documents, of each in alphabetical order. Index: the primary key. */
export const tagsOfDocuments = query(function* (
  db: Db,
  args: { userId: string; documentIds: readonly string[] },
): Script<DocumentTagRecord[]> {
  return yield* tagsAmong(db, args.documentIds);
});

/** The same within a command. */
export function* tagsAmong(db: Db, documentIds: readonly string[]): Script<DocumentTagRecord[]> {
  if (documentIds.length === 0) return [];
  return yield* all(
    db
      .selectFrom('document_tags')
      .select(['document_id', 'tag_key', 'tag'])
      .where('document_id', 'in', [...documentIds])
      .orderBy('tag_key'),
  );
}

export type CorpusTagRecord = { corpus_id: string; tag: string; documents: number };

/** The tags of corpora with how many documents have each, in alphabetical order. They are bounded. What is in the bin is few and taken off, rather than
 *  asked of every document that has a tag. Indexes: document_tags_corpus, documents_in_bin. */
export const tagsOfCorpora = query(function* (
  db: Db,
  args: { corpusIds: readonly string[] },
): Script<CorpusTagRecord[]> {
  if (args.corpusIds.length === 0) return [];
  const counted = yield* all(
    db
      .selectFrom('document_tags')
      .select((eb) => [
        'corpus_id',
        'tag_key',
        eb.fn.min<string>('tag').as('tag'),
        eb.fn.countAll<number>().as('documents'),
      ])
      .where('corpus_id', 'in', [...args.corpusIds])
      .groupBy(['corpus_id', 'tag_key'])
      .orderBy('tag_key'),
  );
  const binned = yield* all(
    db
      .selectFrom('documents as d')
      .innerJoin('document_tags as t', 't.document_id', 'd.id')
      .select((eb) => ['d.corpus_id', 't.tag_key', eb.fn.countAll<number>().as('documents')])
      .where('d.corpus_id', 'in', [...args.corpusIds])
      .where('d.deleted_at', 'is not', null)
      .where('d.purged_at', 'is', null)
      .groupBy(['d.corpus_id', 't.tag_key']),
  );
  const inBin = new Map(binned.map((each) => [`${each.corpus_id} ${each.tag_key}`, each.documents]));
  return counted.flatMap(({ corpus_id, tag_key, tag, documents }) => {
    const live = documents - (inBin.get(`${corpus_id} ${tag_key}`) ?? 0);
    return live === 0 ? [] : [{ corpus_id, tag, documents: live }];
  });
});
