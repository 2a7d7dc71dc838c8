import { blocksOf, packOf, termsInPack } from '../../retrieval/word-packs.ts';
import type { VerifyReads } from '../../store/queries/verify.ts';
import type { Checks } from './checks.ts';

const packsPage = 50;

/** Holds the words that were put together against the rows they were made from (I8), which are held against the messages elsewhere. */
export async function checkPacks(read: VerifyReads, checks: Checks): Promise<void> {
  let after = { ownerId: '', pack: 0 };
  for (;;) {
    const packs = await read.packsFrom({ after, limit: packsPage });
    for (const { owner_id: ownerId, pack, words: named } of packs) {
      checks.I8.see('packs of words');
      await checkPack(read, checks, { ownerId, pack, named });
      after = { ownerId, pack };
    }
    if (packs.length < packsPage) return;
  }
}

async function checkPack(
  read: VerifyReads,
  { I8 }: Checks,
  { ownerId, pack, named }: { ownerId: string; pack: number; named: string },
): Promise<void> {
  const blocks = blocksOf(named);
  const sessionIds = [...new Set(blocks.map(({ sessionId }) => sessionId))];
  const { rows, words, loose, packs } = await read.packFor({ ownerId, pack, sessionIds });
  const byBlock = Map.groupBy(words, (row) => keyOf({ sessionId: row.session_id, block: row.block }));
  const wordsOf = (key: string) => (byBlock.get(key) ?? []).map((row) => row.words);
  const made = packOf(blocks.map((each) => ({ ...each, words: wordsOf(keyOf(each)) }))).slice(1);
  const missing = new Set(made.flatMap((row) => termsInPack(row.words)));
  let others = 0;
  for (const term of rows.flatMap(termsInPack)) if (!missing.delete(term)) others += 1;
  if (others > 0) I8.breach(`pack ${pack}: ${others} words are in it that no message has`);
  const sessionsOfIt = new Set(packs.filter((each) => each.pack === pack).map((each) => each.session_id));
  const unknown = sessionIds.filter((id) => !sessionsOfIt.has(id)).length;
  if (unknown > 0) I8.breach(`pack ${pack}: of ${unknown} of its sessions it is not kept that they are in it`);
  // What was said later is loose, or in a pack that was made later.
  const isLater = new Set([
    ...loose.map(keyOf),
    ...packs.filter((each) => each.pack > pack).map((each) => each.session_id),
  ]);
  const isComplete = (at: number) => {
    const block = blocks[at];
    return block && !isLater.has(keyOf(block)) && !isLater.has(block.sessionId);
  };
  const lost = [...missing].filter((term) => isComplete(Number(term.slice(0, term.indexOf(' '))))).length;
  if (lost > 0) I8.breach(`pack ${pack}: ${lost} words of its messages are not in it`);
}

const keyOf = ({ sessionId, block }: { sessionId: string; block: number }) => `${sessionId} ${block}`;
