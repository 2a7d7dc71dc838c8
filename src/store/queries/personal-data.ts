import { query } from '../command.ts';
import { all, type Db, first, type Script } from '../script.ts';
import { readUser, type UserRecord } from './users.ts';

export type PersonRecord = {
  user: UserRecord;
  groups: { name: string; added_at: string }[];
  logins: {
    created_at: string;
    last_used_at: string;
    expires_at: string;
    revoked_at: string | null;
    user_agent: string;
    address: string;
  }[];
  oidc_identities: { issuer: string; subject: string; linked_at: string }[];
  api_keys: {
    name: string;
    scopes: string;
    created_at: string;
    expires_at: string | null;
    last_used_at: string | null;
  }[];
  /** Days on which they asked something, UTC; those of sessions that were erased too. */
  active_days: string[];
};

/** What is stored of a person beside sessions and documents. No hash of anything secret is in it. */
export const personalFacts = query(function* (db: Db, args: { userId: string }): Script<PersonRecord | undefined> {
  const user = yield* readUser(db, args.userId);
  if (!user) return undefined;
  return {
    user,
    groups: yield* all(
      db
        .selectFrom('group_members as m')
        .innerJoin('groups as g', 'g.id', 'm.group_id')
        .select(['g.name', 'm.added_at'])
        .where('m.user_id', '=', args.userId)
        .orderBy('g.name_key'),
    ),
    logins: yield* all(
      db
        .selectFrom('login_tokens')
        .select(['created_at', 'last_used_at', 'expires_at', 'revoked_at', 'user_agent', 'address'])
        .where('user_id', '=', args.userId)
        .orderBy('created_at'),
    ),
    oidc_identities: yield* all(
      db
        .selectFrom('oidc_identities')
        .select(['issuer', 'subject', 'linked_at'])
        .where('user_id', '=', args.userId)
        .orderBy('linked_at'),
    ),
    api_keys: yield* all(
      db
        .selectFrom('api_keys')
        .select(['name', 'scopes', 'created_at', 'expires_at', 'last_used_at'])
        .where('user_id', '=', args.userId)
        .orderBy('created_at'),
    ),
    active_days: (yield* all(
      db
        .selectFrom('usage_people')
        .select('day')
        .where('kind', '=', 'all')
        .where('user_id', '=', args.userId)
        .orderBy('day'),
    )).map((row) => row.day),
  };
});

export type UploadRecord = {
  id: string;
  corpus_id: string;
  corpus_name: string;
  title: string;
  filename: string;
  media_type: string;
  bytes: number;
  file_key: string;
  created_at: string;
};

/** Documents whose current original a person uploaded and that are still there, in the recycle bin too, in the order of ids.
 *  Index: documents_uploader. */
export const uploadsOf = query(function* (
  db: Db,
  args: { userId: string; after: string; limit: number },
): Script<UploadRecord[]> {
  return yield* all(
    db
      .selectFrom('documents as d')
      .innerJoin('corpora as c', 'c.id', 'd.corpus_id')
      .select([
        'd.id',
        'd.corpus_id',
        'c.name as corpus_name',
        'd.title',
        'd.filename',
        'd.media_type',
        'd.bytes',
        'd.file_key',
        'd.created_at',
      ])
      .where('d.created_by', '=', args.userId)
      .where('d.purged_at', 'is', null)
      .where('c.purged_at', 'is', null)
      .where('d.id', '>', args.after)
      .orderBy('d.id')
      .limit(args.limit),
  );
});

export type OtherUploadRecord = UploadRecord & { version: number };

/** Originals of other versions that a person uploaded, each once. Index: document_versions_uploader. */
export const otherUploadsOf = query(function* (
  db: Db,
  args: { userId: string; after?: { documentId: string; version: number }; limit: number },
): Script<OtherUploadRecord[]> {
  const { after } = args;
  let list = db
    .selectFrom('document_versions as v')
    .innerJoin('documents as d', 'd.id', 'v.document_id')
    .innerJoin('corpora as c', 'c.id', 'd.corpus_id')
    .select([
      'd.id',
      'v.version',
      'd.corpus_id',
      'c.name as corpus_name',
      'v.title',
      'v.filename',
      'v.media_type',
      'v.bytes',
      'v.file_key',
      'v.created_at',
    ])
    .where('v.created_by', '=', args.userId)
    .where('v.file_key', '<>', '')
    .whereRef('v.file_key', '<>', 'd.file_key')
    .where('c.purged_at', 'is', null)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('document_versions as earlier')
            .select('earlier.version')
            .whereRef('earlier.document_id', '=', 'v.document_id')
            .whereRef('earlier.file_key', '=', 'v.file_key')
            .whereRef('earlier.version', '<', 'v.version'),
        ),
      ),
    )
    .orderBy('v.document_id')
    .orderBy('v.version')
    .limit(args.limit);
  if (after) {
    list = list.where((eb) =>
      eb(eb.refTuple('v.document_id', 'v.version'), '>', eb.tuple(after.documentId, after.version)),
    );
  }
  return yield* all(list);
});

export type PersonalAuditRecord = {
  position: number;
  at: string;
  action: string;
  object_kind: string;
  object_id: string;
  facts: string;
  personal: string | null;
};

/** What the audit log holds of what a person did and of what was done to their account, oldest first. */
export const auditOfPerson = query(function* (
  db: Db,
  args: { userId: string; after: number; limit: number },
): Script<PersonalAuditRecord[]> {
  return yield* all(
    db
      .selectFrom('audit_log')
      .select(['position', 'at', 'action', 'object_kind', 'object_id', 'facts', 'personal'])
      .where((eb) =>
        eb.or([
          eb('actor_user_id', '=', args.userId),
          eb.and([eb('object_kind', '=', 'user'), eb('object_id', '=', args.userId)]),
        ]),
      )
      .where('position', '>', args.after)
      .orderBy('position')
      .limit(args.limit),
  );
});

/** How much erasing a person would take. */
export const erasureScope = query(function* (
  db: Db,
  args: { userId: string },
): Script<{ sessions: number; corpora: number; documents: number }> {
  const owned = db.selectFrom('corpora').where('owner_user_id', '=', args.userId).where('purged_at', 'is', null);
  return {
    sessions: count(
      yield* first(
        db
          .selectFrom('user_sessions')
          .select((eb) => eb.fn.countAll<number>().as('count'))
          .where('user_id', '=', args.userId)
          .where('erase_at', 'is', null),
      ),
    ),
    corpora: count(yield* first(owned.select((eb) => eb.fn.countAll<number>().as('count')))),
    documents: count(yield* first(owned.select((eb) => eb.fn.sum<number | null>('document_count').as('count')))),
  };
});

/** The one number of a row; a sum over nothing is null. */
function count(row: { count: number | null } | undefined): number {
  return row?.count ?? 0;
}
