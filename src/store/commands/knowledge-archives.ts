import { command } from '../command.ts';
import { all, type Db, type Script } from '../script.ts';
import type { JobHold } from './jobs.ts';
import { type AddedDocument, insertDocument } from './knowledge-documents.ts';
import { heldDocument, setState } from './knowledge-ingest.ts';
import { queueAgain } from './knowledge-reading.ts';

export type AddFromArchiveArgs = Omit<AddedDocument, 'corpusId' | 'createdBy' | 'by' | 'archiveId'> & {
  /** The claim on the archive's job. */
  hold: JobHold;
  /** Of the archive, 0 to 1. */
  progress: number;
};

export type AddFromArchiveResult =
  | { outcome: 'added' }
  /** An earlier claim of the same archive added it. */
  | { outcome: 'added_before' }
  /** The corpus has the same bytes, from elsewhere or from another file of the archive. */
  | { outcome: 'already_here' };

/** Adds a file of a held archive to the archive's corpus as a document of its own, for whoever uploaded the archive, with the job that reads
 *  it; unless the corpus holds the same bytes. What this archive added and somebody deleted meanwhile is not added again. Undefined: the
 *  archive's job is lost. */
export const addFromArchive = command(
  ['knowledge', 'jobs', 'audit'],
  function* (db: Db, args: AddFromArchiveArgs): Script<AddFromArchiveResult | undefined> {
    const archive = yield* heldDocument(db, args.hold);
    if (!archive) return undefined;
    yield* setState(db, archive, { state: 'parsing', progress: args.progress, at: args.at });
    const same = yield* all(
      db
        .selectFrom('documents')
        .select(['id', 'corpus_id', 'state', 'title', 'filename', 'archive_id', 'deleted_at'])
        .where('corpus_id', '=', archive.corpus_id)
        .where('sha256', '=', args.sha256)
        .where((eb) => eb.or([eb('deleted_at', 'is', null), eb('archive_id', '=', archive.id)])),
    );
    if (same.some((each) => each.archive_id === archive.id && each.filename === args.filename)) {
      return { outcome: 'added_before' };
    }
    const by = { userId: archive.created_by };
    const document = { ...args, corpusId: archive.corpus_id, createdBy: archive.created_by, by, archiveId: archive.id };
    const here = same.find((each) => each.deleted_at === null);
    if (here) {
      if (here.state === 'failed' && here.archive_id !== archive.id) yield* queueAgain(db, document, here);
      return { outcome: 'already_here' };
    }
    yield* insertDocument(db, document);
    return { outcome: 'added' };
  },
);
