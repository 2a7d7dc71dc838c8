import { AppError } from '../../errors.ts';
import { command } from '../command.ts';
import { type Db, first, type Script } from '../script.ts';
import { addJob } from './jobs.ts';
import { fetchPriority } from './knowledge-addresses.ts';
import { type NotRenewable, renewable } from './knowledge-versions.ts';
import { beginNextVersion, originalOf, twinOf } from './next-version.ts';
import { type Change, recordAudit } from './record-audit.ts';

export type ReplaceOriginalArgs = Change & {
  documentId: string;
  archiveType: string;
  title: string;
  filename: string;
  mediaType: string;
  bytes: number;
  sha256: string;
  /** Name of the stored original under `files/`, already durable. */
  fileKey: string;
  jobId: string;
  priority: number;
};

export type ReplaceOriginalResult =
  /** The file is kept: `version` is read from it. */
  | { outcome: 'reading'; version: number }
  /** `version` has the same bytes: the current one, or the next one since an earlier call. */
  | { outcome: 'same'; version: number }
  /** Another version is being read. */
  | { outcome: 'busy'; version: number }
  /** Another document of the corpus has the same bytes. */
  | { outcome: 'already_here'; title: string }
  | NotRenewable;

/** Gives a searchable document another original, which is read as its next version. The current one is searched until that is ready. With any
 *  outcome but `reading` nothing names the file.
 *  @throws AppError corpus_archived; not_found, forbidden as `requireCuration` */
export const replaceOriginal = command(
  ['knowledge', 'jobs', 'audit'],
  function* (db: Db, args: ReplaceOriginalArgs): Script<ReplaceOriginalResult> {
    const found = yield* renewable(db, args);
    if (found.outcome !== 'renewable') return found;
    const { document, beingRead } = found;
    yield* requireOpen(db, document.corpus_id);
    const { sha256, bytes, filename } = args;
    if (beingRead) return { outcome: beingRead.sha256 === sha256 ? 'same' : 'busy', version: beingRead.version };
    if (document.sha256 === sha256) return { outcome: 'same', version: document.version };
    const twin = yield* twinOf(db, { ...document, sha256 });
    if (twin) return { outcome: 'already_here', title: twin.title };
    const uploaded = { address: null, final_address: null, fetched_at: null, created_by: args.by.userId };
    const version = yield* beginNextVersion(db, document, {
      original: { filename, bytes, sha256, file_key: args.fileKey, ...uploaded },
      title: args.title,
      media_type: args.mediaType,
      at: args.at,
    });
    yield* addJob(db, { ...args, kind: 'ingest', subjectId: document.id });
    yield* recordAudit(db, {
      ...args,
      action: 'document.replaced',
      object: { kind: 'document', id: document.id },
      facts: { corpus_id: document.corpus_id, version, bytes, sha256 },
      personal: { title: document.title, filename },
    });
    return { outcome: 'reading', version };
  },
);

export type FetchAgainResult =
  /** `version` is the one that is fetched or read, now or since an earlier call. */
  { outcome: 'reading'; version: number } | { outcome: 'no_address' } | NotRenewable;

/** Has a searchable document fetched again from its web address. What stands there now becomes its next version, unless it is the same.
 *  @throws AppError corpus_archived; not_found, forbidden as `requireCuration` */
export const fetchAgain = command(
  ['knowledge', 'jobs', 'audit'],
  function* (
    db: Db,
    args: Change & { documentId: string; archiveType: string; jobId: string },
  ): Script<FetchAgainResult> {
    const found = yield* renewable(db, args);
    if (found.outcome !== 'renewable') return found;
    const { document, beingRead } = found;
    const { title, media_type, address } = document;
    yield* requireOpen(db, document.corpus_id);
    if (address === null) return { outcome: 'no_address' };
    if (beingRead) return { outcome: 'reading', version: beingRead.version };
    const unfetched = { sha256: '', file_key: '', fetched_at: null, created_by: args.by.userId };
    const version = yield* beginNextVersion(db, document, {
      original: { ...originalOf(document), ...unfetched },
      title,
      media_type,
      at: args.at,
    });
    yield* addJob(db, { ...args, kind: 'fetch', subjectId: document.id, priority: fetchPriority });
    yield* recordAudit(db, {
      ...args,
      action: 'document.fetched_again',
      object: { kind: 'document', id: document.id },
      facts: { corpus_id: document.corpus_id, version },
      personal: { title, address },
    });
    return { outcome: 'reading', version };
  },
);

/** @throws AppError corpus_archived */
function* requireOpen(db: Db, corpusId: string): Script<void> {
  const corpus = yield* first(db.selectFrom('corpora').select('archived_at').where('id', '=', corpusId));
  if (corpus?.archived_at != null) throw new AppError('corpus_archived');
}
