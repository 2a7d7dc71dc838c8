import { expect, test } from 'vitest';
import { markedPieces } from './marked-pieces.ts';

test('a text is cut at its marks, and nothing of it is lost', () => {
  const pieces = markedPieces('a needle here', [{ start: 2, end: 8 }]);
  expect(pieces).toEqual([
    { text: 'a ', isMarked: false, start: 0 },
    { text: 'needle', isMarked: true, start: 2 },
    { text: ' here', isMarked: false, start: 8 },
  ]);
});

test('marks that lie outside or over each other change no text', () => {
  const marks = [
    { start: 0, end: 3 },
    { start: 1, end: 2 },
    { start: 5, end: 99 },
    { start: 4, end: 4 },
  ];
  expect(
    markedPieces('abcdef', marks)
      .map(({ text }) => text)
      .join(''),
  ).toBe('abcdef');
});
