import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { markedWords } from './marked-words.ts';

test('whole words are marked, in any case, and the pieces join to the text', () => {
  const text = 'Pumps pump; a pumping station. Größe, PUMPS.';
  const pieces = markedWords(text, ['pumps', 'größe']);
  expect(pieces.filter(({ isMarked }) => isMarked).map((piece) => piece.text)).toEqual(['Pumps', 'Größe', 'PUMPS']);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string()), (any, words) => {
      expect(
        markedWords(any, words)
          .map((piece) => piece.text)
          .join(''),
      ).toBe(any);
    }),
  );
});
