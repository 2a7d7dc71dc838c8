import { query } from '../command.ts';
import { all, type Db, first, type Script } from '../script.ts';

/** Whether somebody opened this of a document at that time or later: as a person, or with any of their API keys.
 *  Index: document_access_log_user. */
export const wasDocumentOpened = query(function* (
  db: Db,
  args: {
    userId: string;
    documentId: string;
    version: number;
    what: 'original' | 'text';
    isByKey: boolean;
    since: string;
  },
): Script<boolean> {
  const found = yield* first(
    db
      .selectFrom('document_access_log')
      .select('position')
      .where('user_id', '=', args.userId)
      .where('document_id', '=', args.documentId)
      .where('at', '>=', args.since)
      .where('what', '=', args.what)
      .where('version', '=', args.version)
      .where('api_key_id', args.isByKey ? 'is not' : 'is', null)
      .limit(1),
  );
  return found !== undefined;
});

export type DocumentAccessRecord = {
  position: number;
  at: string;
  what: string;
  version: number | null;
  api_key_id: string | null;
  user_id: string;
  username: string;
  document_id: string;
  document_title: string;
};

/** Who opened the documents of a corpus, or one of them, newest first, keyset-paged by position. Whoever is being erased is left out.
 *  Indexes: document_access_log_document, document_access_log_corpus. */
export const documentAccesses = query(function* (
  db: Db,
  args: { of: { documentId: string } | { corpusId: string }; before?: number; limit: number },
): Script<DocumentAccessRecord[]> {
  const { of, before } = args;
  let list = db
    .selectFrom('document_access_log as l')
    .innerJoin('users as u', 'u.id', 'l.user_id')
    .innerJoin('documents as d', 'd.id', 'l.document_id')
    .select([
      'l.position',
      'l.at',
      'l.what',
      'l.version',
      'l.api_key_id',
      'l.user_id',
      'u.username',
      'l.document_id',
      'd.title as document_title',
    ])
    .where('u.erase_at', 'is', null)
    .orderBy('l.position', 'desc')
    .limit(args.limit);
  list =
    'documentId' in of ? list.where('l.document_id', '=', of.documentId) : list.where('l.corpus_id', '=', of.corpusId);
  if (before !== undefined) list = list.where('l.position', '<', before);
  return yield* all(list);
});

export type OwnAccessRecord = {
  position: number;
  at: string;
  what: string;
  version: number | null;
  api_key_id: string | null;
  document_id: string;
  corpus_id: string;
  document_title: string | null;
};

/** What a person opened, document by document. Index: document_access_log_user. */
export const accessesOfPerson = query(function* (
  db: Db,
  args: { userId: string; after?: { documentId: string; at: string; position: number }; limit: number },
): Script<OwnAccessRecord[]> {
  const { after } = args;
  let list = db
    .selectFrom('document_access_log as l')
    .leftJoin('documents as d', (join) => join.onRef('d.id', '=', 'l.document_id').on('d.deleted_at', 'is', null))
    .select([
      'l.position',
      'l.at',
      'l.what',
      'l.version',
      'l.api_key_id',
      'l.document_id',
      'l.corpus_id',
      'd.title as document_title',
    ])
    .where('l.user_id', '=', args.userId)
    .orderBy('l.document_id')
    .orderBy('l.at')
    .orderBy('l.position')
    .limit(args.limit);
  if (after) {
    list = list.where((eb) =>
      eb(eb.refTuple('l.document_id', 'l.at', 'l.position'), '>', eb.tuple(after.documentId, after.at, after.position)),
    );
  }
  return yield* all(list);
});
