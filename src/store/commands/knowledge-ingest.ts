import { sql } from 'kysely';
import type { Language } from '../../retrieval/language.ts';
import { encodeVector, quantizeVector } from '../../retrieval/quantized-vector.ts';
import { command } from '../command.ts';
import { encodeJson } from '../json.ts';
import { type Db, first, run, type Script } from '../script.ts';
import { endJob, heldSubject, type JobHold, noteJobProgress } from './jobs.ts';
import { type MadeVectors, wantVectors } from './want-vectors.ts';
import { bumpKnowledge, insertPassages, type PassageRow, removePassages } from './knowledge-index.ts';

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
  if (!hasPassages) yield* setState(db, document.id, { state: 'parsing', progress: 0.05, at: args.at });
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
  yield* run(
    db
      .updateTable('documents')
      .set({
        title: args.title,
        media_type: args.mediaType,
        language: args.language,
        page_count: args.pages.length,
        notices: encodeJson(args.notices ?? []),
        progress: 0.15,
        updated_at: args.at,
      })
      .where('id', '=', document.id),
  );
  yield* noteJobProgress(db, args.hold);
  return true;
});

/** Removes a bounded part of what an earlier, unfinished split of a held job's document left. Undefined: the job is lost. */
export const clearPassages = command([], function* (db: Db, args: { hold: JobHold; maxRows: number }): Script<
  { more: boolean } | undefined
> {
  const document = yield* heldDocument(db, args.hold);
  if (!document) return undefined;
  const removed = yield* removePassages(db, { documentId: document.id, maxRows: args.maxRows });
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
    yield* run(
      db
        .updateTable('documents')
        .set({
          passage_count: args.total,
          updated_at: args.at,
          ...(args.last && { state: 'embedding', progress: 0.2 }),
        })
        .where('id', '=', document.id),
    );
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
    yield* setState(db, document.id, { state: 'embedding', progress: args.progress, at: args.at });
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

/** Makes a held job's document searchable and ends the job, in one. False: the job is lost. */
export const finishDocument = command(
  ['knowledge', 'jobs'],
  function* (db: Db, args: { hold: JobHold; vectors?: MadeVectors; at: string }): Script<boolean> {
    const document = yield* heldDocument(db, args.hold);
    if (!document) return false;
    yield* run(
      db
        .updateTable('documents')
        .set({ state: 'ready', progress: 1, error_code: null, error_message: null, updated_at: args.at })
        .where('id', '=', document.id),
    );
    yield* run(
      db
        .updateTable('corpora')
        .set((eb) => ({ passage_count: eb('passage_count', '+', document.passage_count), updated_at: args.at }))
        .where('id', '=', document.corpus_id),
    );
    yield* endJob(db, { hold: args.hold, end: { state: 'done' }, at: args.at });
    if (args.vectors) yield* wantVectors(db, { made: args.vectors, at: args.at });
    yield* bumpKnowledge(db, args.at);
    return true;
  },
);

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
    yield* run(
      db
        .updateTable('documents')
        .set({ state: 'failed', error_code: args.code, error_message: args.message, updated_at: args.at })
        .where('id', '=', document.id),
    );
    yield* endJob(db, { hold: args.hold, end: { state: 'failed', error: args.code }, at: args.at });
  } else {
    const end = { state: 'queued', error: args.code, notBefore: args.retryAt } as const;
    yield* endJob(db, { hold: args.hold, end, at: args.at });
  }
  return true;
});

type HeldDocument = {
  id: string;
  corpus_id: string;
  title: string;
  filename: string;
  media_type: string;
  file_key: string;
  archive_id: string | null;
  address: string | null;
  created_by: string | null;
  version: number;
  state: string;
  passage_count: number;
};

/** The document of a job while its claim holds and both document and corpus live. */
export function* heldDocument(db: Db, hold: JobHold): Script<HeldDocument | undefined> {
  const subjectId = yield* heldSubject(db, hold);
  if (subjectId === undefined) return undefined;
  return yield* first(
    db
      .selectFrom('documents as d')
      .innerJoin('corpora as c', 'c.id', 'd.corpus_id')
      .select([
        'd.id',
        'd.corpus_id',
        'd.title',
        'd.filename',
        'd.media_type',
        'd.file_key',
        'd.archive_id',
        'd.address',
        'd.created_by',
        'd.version',
        'd.state',
        'd.passage_count',
      ])
      .where('d.id', '=', subjectId)
      .where('d.deleted_at', 'is', null)
      .where('c.deleted_at', 'is', null),
  );
}

export function* setState(
  db: Db,
  documentId: string,
  change: { state: string; progress: number; at: string },
): Script<void> {
  yield* run(
    db
      .updateTable('documents')
      .set({ state: change.state, progress: change.progress, updated_at: change.at })
      .where('id', '=', documentId),
  );
}
