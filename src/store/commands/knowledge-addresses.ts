import { command } from '../command.ts';
import { type Db, first, run, type Script } from '../script.ts';
import { addJob, endJob, type JobHold } from './jobs.ts';
import { type AddDocumentResult, addUnlessHere } from './knowledge-documents.ts';
import { type HeldDocument, heldDocument, setState } from './knowledge-ingest.ts';
import { twinOf } from './next-version.ts';
import type { Change } from './record-audit.ts';

export type AddFromAddressArgs = Change & {
  documentId: string;
  corpusId: string;
  /** As `URL` writes it, without a fragment: one text for one page. */
  address: string;
  title: string;
  filename: string;
  createdBy: string | null;
  jobId: string;
};

/** Adds a document whose bytes stand at a web address, and the job that fetches them; unless the corpus has one of the same address.
 *  Index: documents_address. */
export const addFromAddress = command(
  ['knowledge', 'jobs', 'audit'],
  (db: Db, args: AddFromAddressArgs): Script<AddDocumentResult> => {
    const unfetched = { mediaType: 'application/octet-stream', bytes: 0, sha256: '', fileKey: '' };
    const document = { ...args, ...unfetched, priority: fetchPriority, archiveId: null };
    return addUnlessHere(db, document, { column: 'address', value: args.address });
  },
);

/** Nobody knows how large a page is before it is there. */
export const fetchPriority = 0;

/** What a fetch job finds when it begins, or begins again. */
export type FetchedDocument = {
  documentId: string;
  address: string;
  /** Whether it is fetched again, while an older version is searched. */
  isNext: boolean;
  /** Whether an earlier try at this version left passages. */
  hasLeftovers: boolean;
};

/** Begins to fetch a held job's document. Undefined: the job is lost, or its document is deleted. */
export const startFetch = command(['knowledge'], function* (db: Db, args: { hold: JobHold; at: string }): Script<
  FetchedDocument | undefined
> {
  const document = yield* heldDocument(db, args.hold);
  if (!document || document.address === null) return undefined;
  yield* setState(db, document, { state: 'parsing', progress: 0, at: args.at });
  const { id, address, isNext } = document;
  if (!isNext) yield* run(db.updateTable('documents').set({ fetched_at: null }).where('id', '=', id));
  return { documentId: id, address, isNext, hasLeftovers: document.passage_count > 0 };
});

export type StoreFetchedArgs = {
  hold: JobHold;
  /** Where the redirects ended. */
  finalAddress: string;
  filename: string;
  mediaType: string;
  bytes: number;
  sha256: string;
  /** Name of the stored original under `files/`, already durable. */
  fileKey: string;
  /** Of the job that reads it. */
  jobId: string;
  priority: number;
  at: string;
};

export type StoreFetchedResult =
  /** It is what the current version was read from; nothing was stored. */
  | { outcome: 'unchanged' }
  /** `replacedFileKey` is the original of an earlier fetch, which nobody names any more. */
  | { outcome: 'stored'; replacedFileKey: string | undefined }
  /** Another document of the corpus has the same bytes; nothing was stored. */
  | { outcome: 'already_here'; title: string };

/** Stores what a held job fetched, ends it and queues the reading. Undefined: the job is lost. */
export const storeFetched = command(['knowledge', 'jobs'], function* (db: Db, args: StoreFetchedArgs): Script<
  StoreFetchedResult | undefined
> {
  const document = yield* heldDocument(db, args.hold);
  if (!document) return undefined;
  if (document.isNext && (yield* isUnchanged(db, document, args))) {
    yield* endJob(db, { hold: args.hold, end: { state: 'done' }, at: args.at });
    return { outcome: 'unchanged' };
  }
  const twin = yield* twinOf(db, { ...document, sha256: args.sha256 });
  if (twin) return { outcome: 'already_here', title: twin.title };
  const fetched = {
    final_address: args.finalAddress,
    fetched_at: args.at,
    filename: args.filename,
    media_type: args.mediaType,
    bytes: args.bytes,
    sha256: args.sha256,
    file_key: args.fileKey,
    state: 'queued',
    progress: 0,
    updated_at: args.at,
  };
  const { id, version } = document;
  yield* run(
    document.isNext
      ? db.updateTable('document_versions').set(fetched).where('document_id', '=', id).where('version', '=', version)
      : db.updateTable('documents').set(fetched).where('id', '=', id),
  );
  // Those of a next version count from the switch on.
  if (!document.isNext) {
    yield* run(
      db
        .updateTable('corpora')
        .set((eb) => ({ bytes: eb('bytes', '+', args.bytes - document.bytes), updated_at: args.at }))
        .where('id', '=', document.corpus_id),
    );
  }
  yield* endJob(db, { hold: args.hold, end: { state: 'done' }, at: args.at });
  const { jobId, priority, at } = args;
  yield* addJob(db, { jobId, kind: 'ingest', subjectId: id, priority, at });
  return { outcome: 'stored', replacedFileKey: document.file_key || undefined };
});

/** Where a next version would be the same as the current one there is none: it is noted when that was found. */
function* isUnchanged(db: Db, next: HeldDocument, { sha256, finalAddress, at }: StoreFetchedArgs): Script<boolean> {
  const noted = yield* first(
    db
      .updateTable('documents')
      .set((eb) => ({
        unchanged_since: eb.fn.coalesce('unchanged_since', 'fetched_at'),
        final_address: finalAddress,
        fetched_at: at,
        updated_at: at,
      }))
      .where('id', '=', next.id)
      .where('sha256', '=', sha256)
      .returning('id'),
  );
  if (!noted) return false;
  yield* run(db.deleteFrom('document_versions').where('document_id', '=', next.id).where('version', '=', next.version));
  return true;
}
