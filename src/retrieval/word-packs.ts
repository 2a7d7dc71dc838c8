import type { Lookup } from './message-words.ts';
import { bucketOf, buckets, firstLetter, linesOf, needleOf } from './word-rows.ts';

/** The words of many blocks of one person's sessions together, see decision 0095: each term stands once in a pack, with the blocks that have it, so
 *  that a search reads a row of each pack and not one of each session. A pack has a row for each pair of first characters, a text of lines as the
 *  rows of a block have; after the tab comes a character for a block, and the letters of its messages. */

export type PackBlock = { sessionId: string; block: number };
export type PackRow = { bucket: number; words: string };

/** So many blocks a pack has at most. Their characters take two bytes in UTF-8. */
export const blocksInPack = 128;
const firstBlock = 0x100;
const lineEnd = 10;

/** The bucket of the row that names a pack's blocks, in their order. */
export const blocksBucket = -1;
/** Every bucket a pack may have a row of. */
export const packBuckets = Array.from({ length: buckets * buckets + 1 }, (_, at) => at - 1);

/** The rows of a pack. Pure.
 *  @param blocks  at most `blocksInPack`, each with its rows' words, see `word-rows.ts` */
export function packOf(blocks: readonly (PackBlock & { words: readonly string[] })[]): PackRow[] {
  const packed = new Map<number, Map<string, string>>();
  for (const [at, { words }] of blocks.entries()) {
    const block = String.fromCharCode(firstBlock + at);
    for (const [term, letters] of words.flatMap(linesOf)) {
      const { from: bucket } = packBucketsOf({ term, isBeginning: false });
      let terms = packed.get(bucket);
      if (!terms) packed.set(bucket, (terms = new Map()));
      terms.set(term, `${terms.get(term) ?? `\n${term}\t`}${block}${letters}`);
    }
  }
  const named = blocks.map(({ sessionId, block }) => `${sessionId} ${block}`).join('\n');
  return [
    { bucket: blocksBucket, words: named },
    ...Array.from(packed, ([bucket, terms]) => ({ bucket, words: [...terms.values()].join('') })),
  ];
}

/** The blocks a pack has words of. Pure. */
export const blocksOf = (named: string): PackBlock[] =>
  named.split('\n').map((line) => {
    const blank = line.lastIndexOf(' ');
    return { sessionId: line.slice(0, blank), block: Number(line.slice(blank + 1)) };
  });

/** Which of a pack's rows may have a term: of its first two characters, and all of the first where no other is known. */
export function packBucketsOf({ term, isBeginning }: Lookup): { from: number; to: number } {
  const from = bucketOf(term) * buckets;
  const second = term.slice((term.codePointAt(0) ?? 0) > 0xffff ? 2 : 1);
  if (second === '' && isBeginning) return { from, to: from + buckets - 1 };
  const bucket = from + (second === '' ? 0 : bucketOf(second));
  return { from: bucket, to: bucket };
}

/** Adds the messages of a pack's row that have a term.
 *  @param messages  a bit for each message, by the place of its block in the pack */
export function addMessages(messages: Int32Array, words: string, lookup: Lookup): void {
  const needle = needleOf(lookup);
  for (let at = words.indexOf(needle); at >= 0; at = words.indexOf(needle, at)) {
    let block = 0;
    for (at = words.indexOf('\t', at) + 1; at < words.length; at++) {
      const code = words.charCodeAt(at);
      if (code === lineEnd) break;
      if (code >= firstBlock) block = code - firstBlock;
      else messages[block] = (messages[block] ?? 0) | (1 << (code - firstLetter));
    }
  }
}

/** Every message that a row of a pack has a term of, as `BLOCK TERM PLACE`; the block by its place in the pack. Pure. */
export function termsInPack(words: string): string[] {
  const found: string[] = [];
  for (const [term, letters] of linesOf(words)) {
    let block = 0;
    for (let at = 0; at < letters.length; at++) {
      const code = letters.charCodeAt(at);
      if (code >= firstBlock) block = code - firstBlock;
      else found.push(`${block} ${term} ${code - firstLetter}`);
    }
  }
  return found;
}
