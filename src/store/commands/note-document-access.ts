import { command } from '../command.ts';
import { wasDocumentOpened } from '../queries/document-accesses.ts';
import { type Db, run, type Script } from '../script.ts';
import type { Change } from './record-audit.ts';

export type NoteDocumentAccessArgs = Change & {
  documentId: string;
  corpusId: string;
  version: number;
  what: 'original' | 'text';
  /** An opening of the same by the same at this time or later stands for this one. */
  notSince: string;
};

/** Records that somebody is about to be given a document's text or original. What is opened leaves after this commit: nothing is opened
 *  that is not on record. It rings no bell, for nobody's page waits for it. */
export const noteDocumentAccess = command([], function* (db: Db, args: NoteDocumentAccessArgs): Script<void> {
  const { userId, through } = args.by;
  if (userId === null) return;
  const apiKeyId = through && 'apiKeyId' in through ? through.apiKeyId : null;
  const isByKey = apiKeyId !== null;
  if (yield* wasDocumentOpened.run(db, { ...args, userId, isByKey, since: args.notSince })) return;
  yield* run(
    db.insertInto('document_access_log').values({
      at: args.at,
      user_id: userId,
      document_id: args.documentId,
      corpus_id: args.corpusId,
      what: args.what,
      version: args.version,
      api_key_id: apiKeyId,
    }),
  );
});
