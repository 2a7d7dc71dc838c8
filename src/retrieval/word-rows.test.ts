import { expect, test } from 'vitest';
import {
  bucketOf,
  buckets,
  messageAt,
  messagesWith,
  placeOf,
  placesOf,
  withoutMessage,
  withTerms,
} from './word-rows.ts';

const whole = (term: string) => ({ term, isBeginning: false });
const beginning = (term: string) => ({ term, isBeginning: true });

test('a term is found as a whole or by its beginning, with every message that has it', () => {
  const row = withTerms(withTerms('', ['berlin', 'bern', 'ber'], 0), ['bern'], 31);
  expect(messagesWith(row, whole('bern'))).toBe(1 | (1 << 31));
  expect(messagesWith(row, whole('ber'))).toBe(1);
  expect(messagesWith(row, beginning('berl'))).toBe(1);
  expect(messagesWith(row, beginning('b'))).toBe(1 | (1 << 31));
  expect(messagesWith(row, whole('erlin'))).toBe(0);
  expect(messagesWith('', beginning('b'))).toBe(0);
});

test('what is put in twice stands there once, and what is taken out leaves nothing', () => {
  const row = withTerms(withTerms('', ['one', 'two'], 3), ['one'], 3);
  expect(placesOf(row)).toEqual([
    ['one', [3]],
    ['two', [3]],
  ]);
  expect(placesOf(withoutMessage(withTerms(row, ['two'], 4), 3))).toEqual([['two', [4]]]);
  expect(withoutMessage(row, 3)).toBe('');
});

test('every message of a session has a place of its own', () => {
  const seen = new Set<string>();
  for (let turnNo = 1; turnNo <= 100; turnNo++) {
    for (const said of ['user', 'assistant'] as const) {
      const { block, place } = placeOf(turnNo, said);
      expect(place).toBeLessThan(32);
      expect(messageAt(block, place)).toEqual({ turnNo, said });
      seen.add(`${block} ${place}`);
    }
  }
  expect(seen.size).toBe(200);
});

test('a term is in the row of its first character', () => {
  for (const term of ['a', 'zebra', '数据', '😀x']) {
    expect(bucketOf(term)).toBe(bucketOf(Array.from(term)[0] ?? ''));
    expect(bucketOf(term)).toBeLessThan(buckets);
  }
});
