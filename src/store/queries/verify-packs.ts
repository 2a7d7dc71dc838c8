import { sql } from 'kysely';
import { blocksBucket, packBuckets, type PackBlock } from '../../retrieval/word-packs.ts';
import { query } from '../command.ts';
import { all, type Db, type Script } from '../script.ts';
import { wordsOfSessions } from './words-of-sessions.ts';

/** The packs of all owners, with the row that names the blocks of each. */
export const packsFrom = query(function* (
  db: Db,
  args: { after: { ownerId: string; pack: number }; limit: number },
): Script<{ owner_id: string; pack: number; words: string }[]> {
  return yield* all(
    db
      .selectFrom('word_packs')
      .select(['owner_id', 'pack', 'words'])
      .where('bucket', '=', blocksBucket)
      .where(sql<boolean>`(owner_id, pack) > (${args.after.ownerId}, ${args.after.pack})`)
      .orderBy('owner_id')
      .orderBy('pack')
      .limit(args.limit),
  );
});

export type VerifyPack = {
  rows: string[];
  /** The rows of words of its sessions, of all their blocks. */
  words: { session_id: string; block: number; words: string }[];
  loose: PackBlock[];
  /** Packs of its sessions, this one among them. */
  packs: { session_id: string; pack: number }[];
};

/** One pack, and what else is kept of its sessions. */
export const packFor = query(function* (
  db: Db,
  { ownerId, pack, sessionIds }: { ownerId: string; pack: number; sessionIds: readonly string[] },
): Script<VerifyPack> {
  const rows = yield* all(
    db
      .selectFrom('word_packs')
      .select('words')
      .where('owner_id', '=', ownerId)
      .where(
        'bucket',
        'in',
        packBuckets.filter((bucket) => bucket !== blocksBucket).map((bucket) => sql.lit(bucket)),
      )
      .where('pack', '=', pack),
  );
  const loose = yield* all(
    db.selectFrom('loose_words').select(['session_id', 'block']).where('session_id', 'in', sessionIds),
  );
  return {
    rows: rows.map((row) => row.words),
    words: yield* all(wordsOfSessions(db, ownerId, sessionIds)),
    loose: loose.map(({ session_id, block }) => ({ sessionId: session_id, block })),
    packs: yield* all(
      db.selectFrom('word_pack_sessions').select(['session_id', 'pack']).where('session_id', 'in', sessionIds),
    ),
  };
});
