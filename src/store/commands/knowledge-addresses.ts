import { command } from '../command.ts';
import { type Db, first, run, type Script } from '../script.ts';
import { addJob, endJob, type JobHold } from './jobs.ts';
import { type AddDocumentResult, addUnlessHere } from './knowledge-documents.ts';
import { heldDocument, setState } from './knowledge-ingest.ts';
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
const fetchPriority = 0;

/** What a fetch job finds when it begins, or begins again. */
export type FetchedDocument = { documentId: string; address: string };

/** Begins to fetch a held job's document. Undefined: the job is lost, or its document is deleted. */
export const startFetch = command(['knowledge'], function* (db: Db, args: { hold: JobHold; at: string }): Script<
  FetchedDocument | undefined
> {
  const document = yield* heldDocument(db, args.hold);
  if (!document || document.address === null) return undefined;
  yield* setState(db, document, { state: 'parsing', progress: 0, at: args.at });
  yield* run(db.updateTable('documents').set({ fetched_at: null }).where('id', '=', document.id));
  return { documentId: document.id, address: document.address };
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
  const same = yield* first(
    db
      .selectFrom('documents')
      .select('title')
      .where('corpus_id', '=', document.corpus_id)
      .where('sha256', '=', args.sha256)
      .where('id', '<>', document.id)
      .where('deleted_at', 'is', null),
  );
  if (same) return { outcome: 'already_here', title: same.title };
  yield* run(
    db
      .updateTable('documents')
      .set({
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
      })
      .where('id', '=', document.id),
  );
  yield* run(
    db
      .updateTable('corpora')
      .set((eb) => ({ bytes: eb('bytes', '+', args.bytes - document.bytes), updated_at: args.at }))
      .where('id', '=', document.corpus_id),
  );
  yield* endJob(db, { hold: args.hold, end: { state: 'done' }, at: args.at });
  const { jobId, priority, at } = args;
  yield* addJob(db, { jobId, kind: 'ingest', subjectId: document.id, priority, at });
  return { outcome: 'stored', replacedFileKey: document.file_key || undefined };
});
