import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { DifferentPeople, packNumbers, unpackNumbers } from './month-sums.ts';

const numbers = fc.uniqueArray(fc.oneof(fc.nat({ max: 500 }), fc.nat({ max: 2 ** 40 })), { maxLength: 100 });

test('numbers that were packed come back, the smallest first', () => {
  fc.assert(
    fc.property(numbers, (packed) => {
      const found: number[] = [];
      unpackNumbers(packNumbers(packed), (number) => found.push(number));
      expect(found).toEqual(packed.toSorted((a, b) => a - b));
    }),
  );
});

test('a thousand people who follow each other take a byte each', () => {
  const packed = packNumbers(Array.from({ length: 1_000 }, (_, i) => i));
  expect(Buffer.from(packed, 'base64').length).toBe(1_000);
});

test('who is added twice counts once, by number or by id', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 5_000 })), fc.array(fc.string()), (some, ids) => {
      const people = new DifferentPeople();
      for (const number of some) people.add(number);
      for (const id of ids) people.addId(id);
      expect(people.count).toBe(new Set(some).size + new Set(ids).size);
    }),
  );
});
