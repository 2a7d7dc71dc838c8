import { expect, test } from 'vitest';
import {
  addMessages,
  blocksBucket,
  blocksInPack,
  blocksOf,
  packBuckets,
  packBucketsOf,
  packOf,
  termsInPack,
} from './word-packs.ts';
import { withTerms } from './word-rows.ts';

const whole = (term: string) => ({ term, isBeginning: false });
const beginning = (term: string) => ({ term, isBeginning: true });

const first = {
  sessionId: 'one',
  block: 0,
  words: [withTerms('', ['berlin', 'bern'], 0), withTerms('', ['😀x', '数据'], 31)],
};
const last = { sessionId: 'two', block: 7, words: [withTerms(withTerms('', ['bern', 'b'], 2), ['bern'], 3)] };
const between = Array.from({ length: blocksInPack - 2 }, (_, n) => ({ sessionId: `s${n}`, block: n, words: [] }));

/** By the place of the block in the pack. */
function found(rows: ReturnType<typeof packOf>, lookup: ReturnType<typeof whole>): Record<number, number> {
  const { from, to } = packBucketsOf(lookup);
  const messages = new Int32Array(blocksInPack);
  for (const { bucket, words } of rows) if (bucket >= from && bucket <= to) addMessages(messages, words, lookup);
  return Object.fromEntries([...messages.entries()].filter(([, bits]) => bits !== 0));
}

test('a pack has the terms of all its blocks, found as a whole or by their beginnings', () => {
  const rows = packOf([first, ...between, last]);
  const end = blocksInPack - 1;
  expect(found(rows, whole('bern'))).toEqual({ 0: 1, [end]: 0b1100 });
  expect(found(rows, whole('ber'))).toEqual({});
  expect(found(rows, beginning('berl'))).toEqual({ 0: 1 });
  expect(found(rows, beginning('b'))).toEqual({ 0: 1, [end]: 0b1100 });
  expect(found(rows, whole('b'))).toEqual({ [end]: 0b100 });
  expect(found(rows, whole('😀x'))).toEqual({ 0: 1 << 31 });
  expect(found(rows, beginning('😀'))).toEqual({ 0: 1 << 31 });
  expect(found(rows, beginning('数'))).toEqual({ 0: 1 << 31 });
  expect(rows.every(({ bucket }) => packBuckets.includes(bucket))).toBe(true);
});

test('a pack names its blocks in their order, and every term of them', () => {
  const rows = packOf([first, last]);
  const named = rows.find(({ bucket }) => bucket === blocksBucket)?.words ?? '';
  expect(blocksOf(named)).toEqual([
    { sessionId: 'one', block: 0 },
    { sessionId: 'two', block: 7 },
  ]);
  const terms = rows.filter(({ bucket }) => bucket !== blocksBucket).flatMap(({ words }) => termsInPack(words));
  expect(terms.toSorted()).toEqual(
    ['0 berlin 0', '0 bern 0', '0 数据 31', '0 😀x 31', '1 b 2', '1 bern 2', '1 bern 3'].toSorted(),
  );
});
