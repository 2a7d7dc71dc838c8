import { sql } from 'kysely';
import { query } from '../command.ts';
import { all, type Db, type Script } from '../script.ts';
import { buckets } from '../../retrieval/word-rows.ts';
import { wordsProgress, wordsVersion } from './words-to-store.ts';

/** The position of the log up to which words are stored; undefined where they are to be made anew. */
export const wordsStoredUpTo = query(function* (db: Db, _args: Record<string, never>): Script<number | undefined> {
  const progress = yield* wordsProgress(db);
  return progress?.version === wordsVersion ? progress.position : undefined;
});

/** The rows of one session's words. */
export const wordsOfSession = query(function* (
  db: Db,
  args: { ownerId: string; sessionId: string },
): Script<{ bucket: number; block: number; words: string }[]> {
  return yield* all(
    db
      .selectFrom('message_words')
      .select(['bucket', 'block', 'words'])
      .where('owner_id', '=', args.ownerId)
      .where(
        'bucket',
        'in',
        Array.from({ length: buckets }, (_, bucket) => sql.lit(bucket)),
      )
      .where('session_id', '=', args.sessionId),
  );
});
