import { sql } from 'kysely';
import { query } from '../command.ts';
import { all, type Db, first, type Script, statement } from '../script.ts';

export type VerifyDocument = {
  id: string;
  corpus_id: string;
  state: string;
  version: number;
  passage_count: number;
  deleted_at: string | null;
  purged_at: string | null;
};

/** All documents, deleted ones too, by id. */
export const documentsFrom = query(function* (
  db: Db,
  args: { after: string; limit: number },
): Script<VerifyDocument[]> {
  return yield* all(
    db
      .selectFrom('documents')
      .select(['id', 'corpus_id', 'state', 'version', 'passage_count', 'deleted_at', 'purged_at'])
      .where('id', '>', args.after)
      .orderBy('id')
      .limit(args.limit),
  );
});

const textOfVersion = statement<{ documentId: string; version: number }>()((db, slots) =>
  db
    .selectFrom('document_texts')
    .select('text')
    .where('document_id', '=', slots.documentId)
    .where('version', '=', slots.version),
);

/** A version's extracted text; undefined when it is not stored, or not any more. */
export const versionText = query(function* (
  db: Db,
  args: { documentId: string; version: number },
): Script<string | undefined> {
  return (yield* textOfVersion.first(db, args))?.text;
});

export type VerifyPassage = {
  rowid: number;
  passage_id: string;
  corpus_id: string;
  version: number;
  ordinal: number;
  start_offset: number;
  end_offset: number;
  text: string;
};

const passagesOfDocument = statement<{ documentId: string; after: number; limit: number }>()((db, slots) =>
  db
    .selectFrom('passages')
    .select(['rowid', 'passage_id', 'corpus_id', 'version', 'ordinal', 'start_offset', 'end_offset', 'text'])
    .where('document_id', '=', slots.documentId)
    .where('rowid', '>', slots.after)
    .orderBy('rowid')
    .limit(slots.limit),
);

/** A document's passages of all versions, in the order they were stored. */
export const passagesFrom = query(function* (
  db: Db,
  args: { documentId: string; after: number; limit: number },
): Script<VerifyPassage[]> {
  return yield* passagesOfDocument.all(db, args);
});

export type VerifyCitation = {
  n: number;
  turn_id: string;
  corpus_id: string;
  document_id: string;
  document_version: number;
  passage_id: string;
  start_offset: number;
  end_offset: number;
};

const citationsOfEvent = statement<{ sessionId: string; seq: number }>()((db, slots) =>
  db
    .selectFrom('citations')
    .select([
      'n',
      'turn_id',
      'corpus_id',
      'document_id',
      'document_version',
      'passage_id',
      'start_offset',
      'end_offset',
    ])
    .where('session_id', '=', slots.sessionId)
    .where('seq', '=', slots.seq)
    .orderBy('n'),
);

/** The rows that say what one message cites. */
export const citationsOf = query(function* (
  db: Db,
  args: { sessionId: string; seq: number },
): Script<VerifyCitation[]> {
  return yield* citationsOfEvent.all(db, args);
});

export type VerifyAuditRecord = {
  position: number;
  at: string;
  actor_user_id: string | null;
  action: string;
  object_kind: string;
  object_id: string;
  facts: string;
  personal: string | null;
  personal_salt: string | null;
  chain_no: number | null;
  chain_hash: string | null;
  /** 1 where what the record is about is being erased or is: the user whose erasing it says began, the corpus it says was deleted, the session of a
   *  record without personal data. */
  object_is_erased: number;
};

/** The audit log in the order of commits. */
export const auditFrom = query(function* (db: Db, args: { after: number; limit: number }): Script<VerifyAuditRecord[]> {
  return yield* all(
    db
      .selectFrom('audit_log')
      .selectAll()
      .select((eb) => {
        const erased = {
          user: eb
            .selectFrom('users as o')
            .select('o.id')
            .whereRef('o.id', '=', 'object_id')
            .where('o.erase_at', 'is not', null),
          corpus: eb
            .selectFrom('corpora as o')
            .select('o.id')
            .whereRef('o.id', '=', 'object_id')
            .where('o.name', '=', ''),
          session: eb
            .selectFrom('user_sessions as o')
            .select('o.session_id as id')
            .whereRef('o.session_id', '=', 'object_id')
            .where('o.erase_at', 'is not', null),
        };
        return eb
          .case()
          .when('action', '=', 'user.erasure_began')
          .then(eb.exists(erased.user).$castTo<number>())
          .when('action', 'in', ['corpus.deleted', 'corpus.purged'])
          .then(eb.exists(erased.corpus).$castTo<number>())
          .when('personal', 'is', null)
          .then(eb.exists(erased.session).$castTo<number>())
          .else(sql.lit(false).$castTo<number>())
          .end()
          .as('object_is_erased');
      })
      .where('position', '>', args.after)
      .orderBy('position')
      .limit(args.limit),
  );
});

/** The first audit record that is not chained. Index: audit_log_unsealed. */
export const oldestUnsealed = query(function* (
  db: Db,
  _args: Record<string, never>,
): Script<{ position: number; at: string } | undefined> {
  return yield* first(
    db.selectFrom('audit_log').select(['position', 'at']).where('chain_no', 'is', null).orderBy('position').limit(1),
  );
});
