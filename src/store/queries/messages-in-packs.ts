import type { Lookup } from '../../retrieval/message-words.ts';
import { addMessages, blocksBucket, blocksInPack, blocksOf, packBucketsOf } from '../../retrieval/word-packs.ts';
import { needleOf } from '../../retrieval/word-rows.ts';
import { all, type Db, type Script } from '../script.ts';
import { has } from './has-text.ts';

/** By session and block, a bit for each message. */
export type Found = Map<string, Map<number, number>>;

/** Of a person's packs that are looked at by their numbers. */
const manyPacks = 1_000;

/** By pack, a bit for each message at the place of its block there. */
type Packed = Map<number, Int32Array>;

/** The messages that have every term, of all blocks of a person's own sessions that are in a pack. By the primary key of `word_packs`. */
export function* messagesInPacks(db: Db, userId: string, terms: readonly Lookup[]): Script<Found> {
  let left: Packed | undefined;
  for (const lookup of terms) {
    const having = yield* packsWith(db, { userId, lookup, among: left });
    for (const [pack, messages] of having) {
      const before = left?.get(pack);
      for (const [at, bits] of messages.entries()) messages[at] = bits & (left ? (before?.[at] ?? 0) : -1);
      if (messages.every((bits) => bits === 0)) having.delete(pack);
    }
    left = having;
    if (left.size === 0) break;
  }
  return yield* bySession(db, userId, left ?? new Map());
}

export function addFound(found: Found, sessionId: string, block: number, bits: number): void {
  const blocks = found.get(sessionId) ?? new Map<number, number>();
  found.set(sessionId, blocks.set(block, (blocks.get(block) ?? 0) | bits));
}

function* packsWith(
  db: Db,
  { userId, lookup, among }: { userId: string; lookup: Lookup; among: Packed | undefined },
): Script<Packed> {
  const { from, to } = packBucketsOf(lookup);
  let rows = db
    .selectFrom('word_packs')
    .select(['pack', 'words'])
    .where('owner_id', '=', userId)
    .where(has(db, 'words', needleOf(lookup)));
  rows = from === to ? rows.where('bucket', '=', from) : rows.where('bucket', '>=', from).where('bucket', '<=', to);
  if (among && among.size <= manyPacks) rows = rows.where('pack', 'in', [...among.keys()]);
  const packs: Packed = new Map();
  for (const { pack, words } of yield* all(rows)) {
    const messages = packs.get(pack) ?? new Int32Array(blocksInPack);
    addMessages(messages, words, lookup);
    packs.set(pack, messages);
  }
  return packs;
}

function* bySession(db: Db, userId: string, packs: Packed): Script<Found> {
  const found: Found = new Map();
  if (packs.size === 0) return found;
  let rows = db
    .selectFrom('word_packs')
    .select(['pack', 'words'])
    .where('owner_id', '=', userId)
    .where('bucket', '=', blocksBucket);
  if (packs.size <= manyPacks) rows = rows.where('pack', 'in', [...packs.keys()]);
  for (const { pack, words } of yield* all(rows)) {
    const messages = packs.get(pack);
    for (const [at, { sessionId, block }] of blocksOf(words).entries()) {
      const bits = messages?.[at] ?? 0;
      if (bits !== 0) addFound(found, sessionId, block, bits);
    }
  }
  return found;
}
