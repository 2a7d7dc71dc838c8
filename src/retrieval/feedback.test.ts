import { describe, expect, test } from 'vitest';
import { expandTerms, moveVector } from './feedback.ts';

const counted = (terms: number[], counts: number[], length = 100) => ({ terms, counts, length });
const all = { passages: 1000, holding: (_term: number) => 20, isTelling: (_term: number) => true };
const sumOf = (weights: ReadonlyMap<number, number>) => weights.values().reduce((sum, weight) => sum + weight, 0);

const holding = (term: number) => ({ 7: 101, 8: 1 })[term] ?? 20;

describe('what the first passages add to a question', () => {
  test('a fifth of the weight, to what they speak of most', () => {
    const weights = expandTerms(
      new Map([
        [1, 3],
        [2, 1],
      ]),
      [
        { counted: counted([1, 7, 8], [2, 6, 3]), score: 1 },
        { counted: counted([7, 9], [2, 1]), score: 0.5 },
      ],
      all,
    );
    expect(sumOf(weights)).toBeCloseTo(1, 6);
    expect(weights.get(2)).toBeCloseTo(0.2, 6);
    expect(weights.get(1)).toBeCloseTo(0.6 + 0.2 * (2 / 12.5), 6);
    expect(weights.get(7)).toBeCloseTo(0.2 * (7 / 12.5), 6);
    expect(weights.get(9)).toBeCloseTo(0.2 * (0.5 / 12.5), 6);
  });
  test('nothing from stop words, from what every tenth passage holds, and from what one alone holds', () => {
    const question = new Map([[1, 1]]);
    const found = [{ counted: counted([5, 7, 8], [9, 9, 9]), score: 1 }];
    expect(expandTerms(question, found, { ...all, holding, isTelling: (term) => term !== 5 })).toEqual(question);
  });
  test('at most twenty terms', () => {
    const terms = Array.from({ length: 90 }, (_, term) => term);
    const found = [
      {
        counted: counted(
          terms,
          terms.map((term) => term + 1),
        ),
        score: 1,
      },
    ];
    const weights = expandTerms(new Map([[500, 1]]), found, all);
    expect([...weights.keys()].toSorted((a, b) => a - b)).toEqual([...terms.slice(70), 500]);
  });
});

describe('where the first passages move a question', () => {
  test('a little towards them, the nearer the better they were', () => {
    const moved = moveVector(Float32Array.of(1, 0, 0), [
      { vector: Float32Array.of(0, 1, 0), score: 0.9 },
      { vector: Float32Array.of(0, 0, 1), score: 0.3 },
    ]);
    expect(Math.hypot(...moved)).toBeCloseTo(1, 6);
    expect([...moved].map((value) => value / (moved[0] ?? 0))).toEqual([
      1,
      expect.closeTo(0.15 / 0.8, 6),
      expect.closeTo(0.05 / 0.8, 6),
    ]);
  });
  test('nowhere without any', () => {
    const question = Float32Array.of(0.6, 0.8);
    expect(moveVector(question, [])).toBe(question);
    expect(moveVector(question, [{ vector: Float32Array.of(1, 0), score: 0 }])).toBe(question);
  });
});
