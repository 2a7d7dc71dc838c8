import { query } from '../command.ts';
import { type JobKind, unfinishedJobs } from '../commands/jobs.ts';
import { nameKey } from '../commands/name-key.ts';
import { contains } from './contains.ts';
import { all, type Db, first, type Script } from '../script.ts';

export type CorpusRecord = {
  id: string;
  name: string;
  description: string;
  owner_username: string | null;
  document_count: number;
  passage_count: number;
  bytes: number;
  /** JSON of strings. */
  tags: string;
  archived_at: string | null;
  created_at: string;
  updated_at: string;
};

/** Live corpora among these ids, by name. */
export const corporaAmong = query(function* (db: Db, args: { ids: readonly string[] }): Script<CorpusRecord[]> {
  if (args.ids.length === 0) return [];
  return yield* all(
    db
      .selectFrom('corpora as c')
      .leftJoin('users as u', 'u.id', 'c.owner_user_id')
      .select([
        'c.id',
        'c.name',
        'c.description',
        'u.username as owner_username',
        'c.document_count',
        'c.passage_count',
        'c.bytes',
        'c.tags',
        'c.archived_at',
        'c.created_at',
        'c.updated_at',
      ])
      .where('c.id', 'in', [...args.ids])
      .where('c.deleted_at', 'is', null)
      .orderBy('c.name_key'),
  );
});

const documentColumns = [
  'd.id',
  'd.corpus_id',
  'd.title',
  'd.filename',
  'd.media_type',
  'd.bytes',
  'd.file_key',
  'd.address',
  'd.final_address',
  'd.fetched_at',
  'd.unchanged_since',
  'd.state',
  'd.progress',
  'd.error_code',
  'd.error_message',
  'd.notices',
  'd.page_count',
  'd.passage_count',
  'd.version',
  'd.created_at',
  'd.updated_at',
] as const;

export type DocumentRecord = {
  id: string;
  corpus_id: string;
  title: string;
  filename: string;
  media_type: string;
  bytes: number;
  /** Empty where nothing was fetched yet. */
  file_key: string;
  address: string | null;
  final_address: string | null;
  fetched_at: string | null;
  unchanged_since: string | null;
  state: string;
  progress: number;
  error_code: string | null;
  error_message: string | null;
  /** JSON of sentences. */
  notices: string;
  page_count: number;
  passage_count: number;
  version: number;
  created_at: string;
  updated_at: string;
};

/** A document, and who opens it: in PostgreSQL it is found by whoever sees its corpus alone. */
export type OfReader = { userId: string; documentId: string };

/** A document whose corpus lives, a deleted one too: then `deleted_at` is set. */
export const documentById = query(function* (
  db: Db,
  args: OfReader,
): Script<(DocumentRecord & { deleted_at: string | null }) | undefined> {
  return yield* first(
    db
      .selectFrom('documents as d')
      .innerJoin('corpora as c', 'c.id', 'd.corpus_id')
      .select([...documentColumns, 'd.deleted_at'])
      .where('d.id', '=', args.documentId)
      .where('c.deleted_at', 'is', null),
  );
});

/** What a document of a corpus in the recycle bin is called. */
export const titleWithCorpusInBin = query(function* (
  db: Db,
  args: OfReader,
): Script<{ title: string; corpus_id: string } | undefined> {
  return yield* first(
    db
      .selectFrom('documents as d')
      .innerJoin('corpora as c', 'c.id', 'd.corpus_id')
      .select(['d.title', 'd.corpus_id'])
      .where('d.id', '=', args.documentId)
      .where('c.deleted_at', 'is not', null)
      .where('c.purged_at', 'is', null),
  );
});

export type NextVersionRecord = {
  version: number;
  state: string;
  progress: number;
  error_code: string | null;
  error_message: string | null;
};

/** The version of a document that is being read beside the one that is searched, or that could not be read. */
export const nextVersionOf = query(function* (db: Db, args: OfReader): Script<NextVersionRecord | undefined> {
  return yield* first(
    db
      .selectFrom('document_versions')
      .select(['version', 'state', 'progress', 'error_code', 'error_message'])
      .where('document_id', '=', args.documentId)
      .where('state', '!=', 'old'),
  );
});

/** Which of these documents stand in these corpora and are not deleted. */
export const documentsAmong = query(function* (
  db: Db,
  args: { userId: string; documentIds: readonly string[]; corpusIds: readonly string[] },
): Script<string[]> {
  if (args.documentIds.length === 0 || args.corpusIds.length === 0) return [];
  const rows = yield* all(
    db
      .selectFrom('documents')
      .select('id')
      .where('id', 'in', [...args.documentIds])
      .where('corpus_id', 'in', [...args.corpusIds])
      .where('deleted_at', 'is', null),
  );
  return rows.map(({ id }) => id);
});

/** A page of a corpus's documents, newest first; with `tag` those that have it. */
type DocumentPage = {
  corpusId: string;
  state?: string;
  tag?: string;
  after?: { createdAt: string; id: string };
  limit: number;
};

/** A corpus's documents as somebody lists them. Index: documents_corpus, document_tags_corpus. */
export const documentsOfCorpus = query(function* (
  db: Db,
  args: DocumentPage & { userId: string },
): Script<DocumentRecord[]> {
  return yield* pageOfDocuments(db, args);
});

/** Those whose title or filename holds this: as many are looked at as it takes. */
export const documentsTitled = query(function* (
  db: Db,
  args: DocumentPage & { title: string },
): Script<DocumentRecord[]> {
  return yield* pageOfDocuments(db, args);
});

function* pageOfDocuments(db: Db, args: DocumentPage & { title?: string }): Script<DocumentRecord[]> {
  const { after } = args;
  let list = db
    .selectFrom('documents as d')
    .select(documentColumns)
    .where('d.corpus_id', '=', args.corpusId)
    .where('d.deleted_at', 'is', null)
    .orderBy('d.created_at', 'desc')
    .orderBy('d.id')
    .limit(args.limit);
  if (args.state !== undefined) list = list.where('d.state', '=', args.state);
  if (args.tag !== undefined) {
    const tagged = db
      .selectFrom('document_tags as t')
      .select('t.document_id')
      .where('t.corpus_id', '=', args.corpusId)
      .where('t.tag_key', '=', nameKey(args.tag));
    list = list.where('d.id', 'in', tagged);
  }
  const { title } = args;
  if (title !== undefined) {
    list = list.where((eb) => eb.or([contains('d.title', title), contains('d.filename', title)]));
  }
  if (after) {
    list = list.where((eb) =>
      eb.or([
        eb('d.created_at', '<', after.createdAt),
        eb.and([eb('d.created_at', '=', after.createdAt), eb('d.id', '>', after.id)]),
      ]),
    );
  }
  return yield* all(list);
}

/** How many documents of a corpus are in each state. Index: documents_corpus. */
export const documentStates = query(function* (
  db: Db,
  args: { corpusId: string },
): Script<{ state: string; documents: number }[]> {
  return yield* all(
    db
      .selectFrom('documents')
      .select(['state', (eb) => eb.fn.countAll<number>().as('documents')])
      .where('corpus_id', '=', args.corpusId)
      .where('deleted_at', 'is', null)
      .groupBy('state'),
  );
});

export type DocumentTextRecord = {
  text: string;
  /** JSON of `{page, start, end}[]`. */
  pages: string;
  /** JSON of `{level, text, start}[]`. */
  headings: string;
};

/** The extracted text of one version; it can be many megabytes. */
export const documentTextOf = query(function* (
  db: Db,
  args: OfReader & { version: number },
): Script<DocumentTextRecord | undefined> {
  return yield* textOf(db, args);
});

/** The same for the job that reads the document. */
export const textToSplit = query(function* (
  db: Db,
  args: { documentId: string; version: number },
): Script<DocumentTextRecord | undefined> {
  return yield* textOf(db, args);
});

function* textOf(db: Db, args: { documentId: string; version: number }): Script<DocumentTextRecord | undefined> {
  return yield* first(
    db
      .selectFrom('document_texts')
      .select(['text', 'pages', 'headings'])
      .where('document_id', '=', args.documentId)
      .where('version', '=', args.version),
  );
}

/** How many passages a document has, for the job that makes their vectors; 0 for one that is gone. */
export const passageCountOf = query(function* (db: Db, args: { documentId: string }): Script<number> {
  const row = yield* first(db.selectFrom('documents').select('passage_count').where('id', '=', args.documentId));
  return row?.passage_count ?? 0;
});

/** A part of a text, by UTF-16 offsets; undefined when the version is gone. */
export const documentTextBetween = query(function* (
  db: Db,
  args: OfReader & { version: number; start: number; end: number },
): Script<string | undefined> {
  const record = yield* first(
    db
      .selectFrom('document_texts')
      .select('text')
      .where('document_id', '=', args.documentId)
      .where('version', '=', args.version),
  );
  return record?.text.slice(args.start, args.end);
});

/** Which of these stored originals a document still names, in any of its versions. */
export const fileKeysInUse = query(function* (db: Db, args: { fileKeys: readonly string[] }): Script<string[]> {
  if (args.fileKeys.length === 0) return [];
  const rows = yield* all(
    db
      .selectFrom('documents')
      .select('file_key')
      .where('file_key', 'in', [...args.fileKeys])
      .where('purged_at', 'is', null)
      .union(
        db
          .selectFrom('document_versions')
          .select('file_key')
          .where('file_key', 'in', [...args.fileKeys]),
      ),
  );
  return rows.map((row) => row.file_key);
});

/** Which of these claims on jobs still stand. */
export const heldJobs = query(function* (
  db: Db,
  args: { held: readonly { jobId: string; fence: number }[] },
): Script<string[]> {
  const kept: string[] = [];
  for (const { jobId, fence } of args.held) {
    const row = yield* first(
      db
        .selectFrom('jobs')
        .select('job_id')
        .where('job_id', '=', jobId)
        .where('fence', '=', fence)
        .where('state', '=', 'running'),
    );
    if (row) kept.push(row.job_id);
  }
  return kept;
});

/** Whether any job of a kind, or of a kind on one subject, waits, and which instances hold running ones. Index: jobs_unfinished. */
export const openJobs = query(function* (
  db: Db,
  { kind, subjectId }: { kind: JobKind; subjectId?: string | undefined },
): Script<{ isAnyQueued: boolean; owners: string[] }> {
  const jobs = db
    .selectFrom('jobs')
    .where('kind', '=', kind)
    .where('state', 'in', unfinishedJobs)
    .$if(subjectId !== undefined, (some) => some.where('subject_id', '=', subjectId ?? ''));
  const queued = yield* first(jobs.select('job_id').where('state', '=', 'queued').limit(1));
  const rows = yield* all(jobs.select('lease_owner').distinct().where('state', '=', 'running'));
  return {
    isAnyQueued: queued !== undefined,
    owners: rows.flatMap((row) => (row.lease_owner === null ? [] : [row.lease_owner])),
  };
});
