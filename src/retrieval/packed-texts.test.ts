import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { PackedTexts } from './packed-texts.ts';

const having = (texts: PackedTexts, piece: string) => [...texts.having(piece)].toSorted((a, b) => a - b);

test('a piece is found wherever it stands, in any case of ASCII, and never across two texts', () => {
  const texts = new PackedTexts();
  texts.set(0, 'Quarterly REPORT');
  texts.set(1, 'porter');
  texts.set(2, 'Ärger mit Zöllen 税金');
  expect(having(texts, 'port')).toEqual([0, 1]);
  expect(having(texts, 'REPORT')).toEqual([0]);
  expect(having(texts, 'reportp')).toEqual([]);
  expect(having(texts, 'zöll')).toEqual([2]);
  expect(having(texts, 'ärger')).toEqual([]);
  expect(having(texts, '税')).toEqual([2]);
  expect(having(texts, '\0')).toEqual([]);
  expect(having(texts, '')).toEqual([]);
});

test('a text that is set again is found by what it says last', () => {
  const texts = new PackedTexts();
  texts.set(0, 'before');
  texts.set(1, 'beside');
  texts.set(0, 'after');
  expect(having(texts, 'be')).toEqual([1]);
  expect(having(texts, 'after')).toEqual([0]);
  expect(texts.finder('before')(0)).toBe(false);
});

test('both ways of looking find what a plain search finds, however often texts are set', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'B', 'b', 'é', '税', ' '), maxLength: 6 });
  const sets = fc.array(fc.tuple(fc.nat(40), word), { maxLength: 4_000, size: 'max' });
  fc.assert(
    fc.property(
      sets,
      fc.string({ unit: fc.constantFrom('a', 'b', 'é', '税'), minLength: 1, maxLength: 3 }),
      (all, piece) => {
        const texts = new PackedTexts();
        for (const [owner, text] of all) texts.set(owner, text);
        const latest = new Map(all);
        const wanted = [...latest]
          .filter(([, text]) => text.replaceAll('B', 'b').includes(piece))
          .map(([owner]) => owner);
        expect(having(texts, piece)).toEqual(wanted.toSorted((a, b) => a - b));
        const has = texts.finder(piece);
        for (const [owner] of latest) expect(has(owner)).toBe(wanted.includes(owner));
        expect(has(99)).toBe(false);
      },
    ),
    { numRuns: 60 },
  );
});
