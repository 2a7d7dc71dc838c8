import { sql } from 'kysely';
import { blocksInPack, type PackBlock, packOf, type PackRow } from '../../retrieval/word-packs.ts';
import { query } from '../command.ts';
import { decodeJson } from '../json.ts';
import { all, type Db, type Script, statement } from '../script.ts';
import { allBuckets, wordsOfSessions } from './words-of-sessions.ts';
import { wordsProgress, wordsVersion } from './words-to-store.ts';

/** The setting that counts how often packs were made and taken away. A pack's number is the count it was made at. */
export const packsSetting = 'messages.packs';

/** What a pack was made from: it is stored if neither has changed since. */
export type PackedAt = { position: number; packs: number };

export type WordsToPack =
  /** None of the owners up to here has enough of them; undefined: there is no other owner. */
  | { state: 'looked'; upTo: string | undefined }
  | { state: 'pack'; ownerId: string; packedAt: PackedAt; blocks: PackBlock[]; rows: PackRow[] };

/** Owners that are looked at in one step; each has fewer loose blocks than a pack, but for those who are to get one. */
const ownersAtOnce = 100;
/** A pack has about so much of what the rows of its blocks have, in characters: it is stored in one step of everybody's writer. */
const maxChars = 1_500_000;

/** The next pack to be made, of the first owner after one who has enough loose blocks for it. Blocks of deleted sessions stay where they are. */
export const wordsToPack = query(function* (db: Db, args: { after: string }): Script<WordsToPack> {
  const progress = yield* wordsProgress(db);
  if (progress?.version !== wordsVersion) return { state: 'looked', upTo: undefined };
  const owners = yield* all(
    db
      .selectFrom('loose_words')
      .select((eb) => ['owner_id', eb.fn.countAll<number>().as('blocks')])
      .where('owner_id', '>', args.after)
      .groupBy('owner_id')
      .orderBy('owner_id')
      .limit(sql.lit(ownersAtOnce)),
  );
  for (const { owner_id: ownerId, blocks: count } of owners) {
    if (count < blocksInPack) continue;
    const sized = yield* all(looseBlocks(db, ownerId));
    if (sized.length < blocksInPack) continue;
    const blocks = within(sized).map(({ session_id, block }) => ({ sessionId: session_id, block }));
    const packedAt = { position: progress.position, packs: yield* packsSoFar(db) };
    const rows = yield* all(wordsOfSessions(db, ownerId, [...new Set(blocks.map(({ sessionId }) => sessionId))]));
    const words = Map.groupBy(rows, keyOf);
    const packed = blocks.map((each) => ({
      ...each,
      words: (words.get(keyOf({ session_id: each.sessionId, block: each.block })) ?? []).map((row) => row.words),
    }));
    return { state: 'pack', ownerId, packedAt, blocks, rows: packOf(packed) };
  }
  return { state: 'looked', upTo: owners.length === ownersAtOnce ? owners.at(-1)?.owner_id : undefined };
});

const keyOf = ({ session_id, block }: { session_id: string; block: number }) => `${session_id} ${block}`;

export function* packsSoFar(db: Db): Script<number> {
  const row = yield* storedPacks.first(db, { key: packsSetting });
  return row ? decodeJson<number>(row.value) : 0;
}

const storedPacks = statement<{ key: string }>()((db, slots) =>
  db.selectFrom('settings').select('value').where('key', '=', slots.key),
);

/** With how much their rows have. */
function looseBlocks(db: Db, ownerId: string) {
  const loose = db
    .selectFrom('loose_words as l')
    .innerJoin('user_sessions as s', 's.session_id', 'l.session_id')
    .select(['l.session_id', 'l.block'])
    .where('l.owner_id', '=', ownerId)
    .where('s.deleted_at', 'is', null)
    .orderBy('l.session_id')
    .orderBy('l.block')
    .limit(sql.lit(blocksInPack));
  return db
    .selectFrom(loose.as('l'))
    .select((eb) => [
      'l.session_id',
      'l.block',
      eb.fn
        .coalesce(
          eb
            .selectFrom('message_words as w')
            .select(sql<number>`sum(length(w.words))`.as('chars'))
            .where('w.owner_id', '=', ownerId)
            .where('w.bucket', 'in', allBuckets)
            .whereRef('w.session_id', '=', 'l.session_id')
            .whereRef('w.block', '=', 'l.block'),
          sql.lit(0),
        )
        .as('chars'),
    ])
    .orderBy('l.session_id')
    .orderBy('l.block');
}

/** The first that are not too much together, at least one. */
function within<Block extends { chars: number }>(blocks: readonly Block[]): Block[] {
  let chars = 0;
  return blocks.filter((each, at) => (chars += each.chars) <= maxChars || at === 0);
}
