import { sql } from 'kysely';
import type { Language } from '../../retrieval/language.ts';
import { encodeVector, quantizeVector } from '../../retrieval/quantized-vector.ts';
import { command } from '../command.ts';
import { encodeJson } from '../json.ts';
import { type Db, first, run, type Script } from '../script.ts';
import { endJob, heldSubject, type JobHold, noteJobProgress } from './jobs.ts';
import { type MadeVectors, wantVectors } from './want-vectors.ts';
import { bumpKnowledge, insertPassages, type PassageRow, removePassages } from './knowledge-index.ts';
import { switchVersion } from './knowledge-versions.ts';
import { failNextVersion, readingStates } from './next-version.ts';

/** What an ingest job finds when it begins, or begins again. */
export type IngestedDocument = {
  documentId: string;
  corpusId: string;
  title: string;
  filename: string;
  mediaType: string;
  fileKey: string;
  /** The archive it came out of. */
  archiveId: string | null;
  version: number;
  /** Whether this version's text is stored: it is not read from the original again. */
  hasText: boolean;
  /** Whether its passages are stored too, all of them. */
  hasPassages: boolean;
};

/** Begins the work on a held job's document. Undefined: the job is lost, or its document is deleted. */
export const startIngest = command(['knowledge'], function* (db: Db, args: { hold: JobHold; at: string }): Script<
  IngestedDocument | undefined
> {
  const document = yield* heldDocument(db, args.hold);
  if (!document) return undefined;
  const text = yield* first(
    db
      .selectFrom('document_texts')
      .select('version')
      .where('document_id', '=', document.id)
      .where('version', '=', document.version),
  );
  const hasPassages = text !== undefined && document.state === 'embedding';
  if (!hasPassages) yield* setState(db, document, { state: 'parsing', progress: 0.05, at: args.at });
  return {
    documentId: document.id,
    corpusId: document.corpus_id,
    title: document.title,
    filename: document.filename,
    mediaType: document.media_type,
    fileKey: document.file_key,
    archiveId: document.archive_id,
    version: document.version,
    hasText: text !== undefined,
    hasPassages,
  };
});

export type StoreTextArgs = {
  hold: JobHold;
  title: string;
  mediaType: string;
  language: Language;
  text: string;
  pages: readonly { page: number; start: number; end: number }[];
  headings: readonly { level: number; text: string; start: number }[];
  /** What was not read, in sentences. */
  notices?: readonly string[];
  at: string;
};

/** Stores what was read from a held job's document, once for each version. False: the job is lost. */
export const storeDocumentText = command(['knowledge'], function* (db: Db, args: StoreTextArgs): Script<boolean> {
  const document = yield* heldDocument(db, args.hold);
  if (!document) return false;
  const fields = { text: args.text, pages: encodeJson(args.pages), headings: encodeJson(args.headings) };
  yield* run(
    db
      .insertInto('document_texts')
      .values({ document_id: document.id, version: document.version, ...fields, created_at: args.at })
      .onConflict((conflict) => conflict.columns(['document_id', 'version']).doUpdateSet(fields)),
  );
  yield* noteReading(db, document, {
    title: args.title,
    media_type: args.mediaType,
    language: args.language,
    page_count: args.pages.length,
    notices: encodeJson(args.notices ?? []),
    progress: 0.15,
    updated_at: args.at,
  });
  yield* noteJobProgress(db, args.hold);
  return true;
});

/** Removes a bounded part of what an earlier, unfinished split of a held job's document left. Undefined: the job is lost. */
export const clearPassages = command([], function* (db: Db, args: { hold: JobHold; maxRows: number }): Script<
  { more: boolean } | undefined
> {
  const document = yield* heldDocument(db, args.hold);
  if (!document) return undefined;
  const { id: documentId, version } = document;
  const removed = yield* removePassages(db, { documentId, version, maxRows: args.maxRows });
  return { more: removed === args.maxRows };
});

/** Stores the next passages of a held job's document; with the `last` of its `total`, only their vectors are missing.
 *  False: the job is lost. */
export const storePassages = command(
  ['knowledge'],
  function* (
    db: Db,
    args: { hold: JobHold; passages: readonly PassageRow[]; total: number; last: boolean; at: string },
  ): Script<boolean> {
    const document = yield* heldDocument(db, args.hold);
    if (!document) return false;
    yield* insertPassages(
      db,
      { id: document.id, corpusId: document.corpus_id, version: document.version, title: document.title },
      args.passages,
    );
    yield* noteReading(db, document, {
      passage_count: args.total,
      updated_at: args.at,
      ...(args.last && { state: 'embedding', progress: 0.2 }),
    });
    if (args.last) yield* noteJobProgress(db, args.hold);
    return true;
  },
);

/** `vector` has length 1; it is kept in 8 bits a number. */
export type VectorRow = { rowid: number; passageId: string; vector: Float32Array };

/** Stores vectors of a held job's document. False: the job is lost. */
export const storePassageVectors = command(
  ['knowledge'],
  function* (
    db: Db,
    /** `progress` is 0 to 1 over the whole document. */
    args: { hold: JobHold; embedder: string; vectors: readonly VectorRow[]; progress: number; at: string },
  ): Script<boolean> {
    const document = yield* heldDocument(db, args.hold);
    if (!document) return false;
    yield* putVectors(db, args);
    yield* setState(db, document, { state: 'embedding', progress: args.progress, at: args.at });
    yield* noteJobProgress(db, args.hold);
    return true;
  },
);

/** Stores vectors of passages. Each is checked by both its ids: row numbers of removed passages are used again. */
export function* putVectors(db: Db, args: { embedder: string; vectors: readonly VectorRow[] }): Script<void> {
  for (const { rowid, passageId, vector: values } of args.vectors) {
    const vector = encodeVector(quantizeVector(values));
    yield* run(
      db
        .insertInto('passage_vectors')
        .columns(['rowid', 'corpus_id', 'embedder', 'vector'])
        .expression((eb) =>
          eb
            .selectFrom('passages')
            .select([
              'rowid',
              'corpus_id',
              sql<string>`${args.embedder}`.as('embedder'),
              sql<Uint8Array>`${vector}`.as('vector'),
            ])
            .where('rowid', '=', rowid)
            .where('passage_id', '=', passageId),
        )
        .onConflict((conflict) => conflict.columns(['rowid', 'embedder']).doUpdateSet({ vector })),
    );
  }
}

/** Makes what was read of a held job's document searchable, in the place of an older version where there is one, and ends the job, in one.
 *  False: the job is lost. */
export const finishDocument = command(
  ['knowledge', 'jobs'],
  function* (db: Db, args: { hold: JobHold; vectors?: MadeVectors; at: string }): Script<boolean> {
    const document = yield* heldDocument(db, args.hold);
    if (!document) return false;
    if (document.isNext) {
      const { id: documentId, corpus_id: corpusId, version } = document;
      yield* switchVersion(db, { documentId, corpusId, version, at: args.at });
    }
    if (!document.isNext) yield* makeReady(db, document, args.at);
    yield* endJob(db, { hold: args.hold, end: { state: 'done' }, at: args.at });
    if (args.vectors) yield* wantVectors(db, { made: args.vectors, at: args.at });
    yield* bumpKnowledge(db, args.at);
    return true;
  },
);

function* makeReady(db: Db, document: HeldDocument, at: string): Script<void> {
  yield* run(
    db
      .updateTable('documents')
      .set({ state: 'ready', progress: 1, error_code: null, error_message: null, updated_at: at })
      .where('id', '=', document.id),
  );
  yield* run(
    db
      .updateTable('corpora')
      .set((eb) => ({ passage_count: eb('passage_count', '+', document.passage_count), updated_at: at }))
      .where('id', '=', document.corpus_id),
  );
}

export type FailDocumentArgs = {
  hold: JobHold;
  /** For programs. */
  code: string;
  /** For the person who uploaded it: what is wrong and what to do, in words. */
  message: string;
  /** Given when the job is to be tried again: not before this time. */
  retryAt?: string;
  at: string;
};

/** Ends a held job without success, or puts it back for later. False: the job is lost. */
export const failDocument = command(['knowledge', 'jobs'], function* (db: Db, args: FailDocumentArgs): Script<boolean> {
  const document = yield* heldDocument(db, args.hold);
  if (!document) return false;
  if (args.retryAt === undefined) {
    const { id: documentId } = document;
    if (document.isNext) yield* failNextVersion(db, { ...args, documentId });
    else {
      yield* run(
        db
          .updateTable('documents')
          .set({ state: 'failed', error_code: args.code, error_message: args.message, updated_at: args.at })
          .where('id', '=', documentId),
      );
    }
    yield* endJob(db, { hold: args.hold, end: { state: 'failed', error: args.code }, at: args.at });
  } else {
    const end = { state: 'queued', error: args.code, notBefore: args.retryAt } as const;
    yield* endJob(db, { hold: args.hold, end, at: args.at });
  }
  return true;
});

export type HeldDocument = {
  id: string;
  corpus_id: string;
  archive_id: string | null;
  created_by: string | null;
  /** The version that is being read, with its original, its state and passages. */
  version: number;
  title: string;
  filename: string;
  media_type: string;
  file_key: string;
  /** Of the document's current original. */
  bytes: number;
  address: string | null;
  state: string;
  passage_count: number;
  /** Whether an older version is searched meanwhile. */
  isNext: boolean;
};

/** The document of a job while its claim holds and both document and corpus live. */
export function* heldDocument(db: Db, hold: JobHold): Script<HeldDocument | undefined> {
  const subjectId = yield* heldSubject(db, hold);
  if (subjectId === undefined) return undefined;
  const document = yield* first(
    db
      .selectFrom('documents as d')
      .innerJoin('corpora as c', 'c.id', 'd.corpus_id')
      .leftJoin('document_versions as v', (join) =>
        join.onRef('v.document_id', '=', 'd.id').on('v.state', 'in', readingStates),
      )
      .select([
        'd.id',
        'd.corpus_id',
        'd.filename',
        'd.file_key',
        'd.bytes',
        'd.archive_id',
        'd.address',
        'd.created_by',
        'v.version as next_version',
        'v.filename as next_filename',
        'v.file_key as next_file_key',
        'v.address as next_address',
        (eb) => eb.fn.coalesce('v.title', 'd.title').as('title'),
        (eb) => eb.fn.coalesce('v.media_type', 'd.media_type').as('media_type'),
        (eb) => eb.fn.coalesce('v.version', 'd.version').as('version'),
        (eb) => eb.fn.coalesce('v.state', 'd.state').as('state'),
        (eb) => eb.fn.coalesce('v.passage_count', 'd.passage_count').as('passage_count'),
      ])
      .where('d.id', '=', subjectId)
      .where('d.deleted_at', 'is', null)
      .where('c.deleted_at', 'is', null),
  );
  if (!document) return undefined;
  const { next_version, next_filename, next_file_key, next_address, ...held } = document;
  if (next_version === null) return { ...held, isNext: false };
  const original = { filename: next_filename ?? '', file_key: next_file_key ?? '', address: next_address };
  return { ...held, ...original, isNext: true };
}

/** Notes of what is being read: of the next version where there is one, else of the document itself. */
function* noteReading(db: Db, document: HeldDocument, facts: ReadingFacts): Script<void> {
  if (document.isNext) {
    yield* run(
      db
        .updateTable('document_versions')
        .set(facts)
        .where('document_id', '=', document.id)
        .where('version', '=', document.version),
    );
  } else {
    yield* run(db.updateTable('documents').set(facts).where('id', '=', document.id));
  }
}

type ReadingFacts = {
  updated_at: string;
  state?: string;
  progress?: number;
  title?: string;
  media_type?: string;
  language?: string;
  notices?: string;
  page_count?: number;
  passage_count?: number;
};

export function* setState(
  db: Db,
  document: HeldDocument,
  { state, progress, at }: { state: string; progress: number; at: string },
): Script<void> {
  yield* noteReading(db, document, { state, progress, updated_at: at });
}
