import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { excerpt } from './excerpt.ts';

test('the passage is exactly the cited range, and the parts join to a piece of the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(), fc.nat(), fc.nat(20), (text, a, b, around) => {
      const [start, end] = [a % (text.length + 1), b % (text.length + 1)].toSorted((x, y) => x - y) as [number, number];
      const { before, passage, after } = excerpt(text, { start, end }, around);
      expect(passage).toBe(text.slice(start, end));
      expect(text.slice(start - before.length, end + after.length)).toBe(before + passage + after);
      expect(before.length).toBeLessThanOrEqual(around);
      expect(after.length).toBeLessThanOrEqual(around);
    }),
  );
});

test('it begins and ends at a line', () => {
  const text = 'one\ntwo\nthree\nfour\nfive';
  expect(excerpt(text, { start: 8, end: 13 }, 7)).toEqual({
    before: 'two\n',
    passage: 'three',
    after: '\nfour',
    cutBefore: true,
    cutAfter: true,
  });
});
