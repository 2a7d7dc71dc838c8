import { sql } from 'kysely';
import { buckets } from '../../retrieval/word-rows.ts';
import type { Db } from '../script.ts';

/** Every bucket: by the primary key of `message_words`, whose second column may then be any. */
export const allBuckets = Array.from({ length: buckets }, (_, bucket) => sql.lit(bucket));

/** The rows of words of some sessions of one owner. */
export const wordsOfSessions = (db: Db, ownerId: string, sessionIds: readonly string[]) =>
  db
    .selectFrom('message_words')
    .select(['session_id', 'bucket', 'block', 'words'])
    .where('owner_id', '=', ownerId)
    .where('bucket', 'in', allBuckets)
    .where('session_id', 'in', sessionIds);
