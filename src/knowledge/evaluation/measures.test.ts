import { expect, test } from 'vitest';
import { documentsOf, meanOf, measureRanking } from './measures.ts';

const right = (...documents: string[]) => new Map(documents.map((document) => [document, 1]));

test('the measures of a list are those worked out by hand', () => {
  // Right documents on places 2 and 4: 1/log2(3) + 1/log2(5) = .63093 + .43068; of three right ones the best is 1 + .63093 + .5.
  const measures = measureRanking(['x', 'a', 'y', 'b'], right('a', 'b', 'c'));
  expect(measures.ndcg).toBeCloseTo(1.06161 / 2.13093, 4);
  expect(measures.recall).toBeCloseTo(2 / 3, 10);
  expect(measures).toMatchObject({ reciprocalRank: 0.5, hit1: 0, hit3: 1 });
});

test('a perfect list scores 1, and one that holds nothing right 0', () => {
  const perfect = { ndcg: 1, recall: 1, reciprocalRank: 1, hit1: 1, hit3: 1 };
  expect(measureRanking(['a', 'b', 'x'], right('b', 'a'))).toEqual(perfect);
  const nothing = { ndcg: 0, recall: 0, reciprocalRank: 0, hit1: 0, hit3: 0 };
  expect(measureRanking(['x', 'y'], right('a'))).toEqual(nothing);
  expect(measureRanking([], right('a'))).toEqual(nothing);
});

test('a document that is worth more is missed more', () => {
  // Worth 1 then 3: 1 + 3/log2(3) = 2.89279 of at best 3 + 1/log2(3) = 3.63093.
  const gains = new Map([
    ['good', 3],
    ['fair', 1],
  ]);
  expect(measureRanking(['fair', 'good'], gains).ndcg).toBeCloseTo(2.89279 / 3.63093, 4);
});

test('only the first ten places count, and more than ten right documents can still be a perfect list', () => {
  const many = Array.from({ length: 12 }, (_, index) => `d${index}`);
  const late = measureRanking(['x1', 'x2', 'x3', 'x4', 'x5', 'x6', 'x7', 'x8', 'x9', 'x10', 'a'], right('a'));
  expect(late).toMatchObject({ ndcg: 0, recall: 0, reciprocalRank: 0 });
  const full = measureRanking(many, right(...many));
  expect(full.ndcg).toBe(1);
  expect(full.recall).toBeCloseTo(10 / 12, 10);
});

test('the third place is among the first three, the fourth is not', () => {
  expect(measureRanking(['x', 'y', 'a'], right('a'))).toMatchObject({ hit1: 0, hit3: 1 });
  expect(measureRanking(['x', 'y', 'z', 'a'], right('a'))).toMatchObject({ hit3: 0, reciprocalRank: 0.25 });
});

test('every question weighs the same in the mean, and of no questions there is none', () => {
  const one = measureRanking(['a'], right('a'));
  const none = measureRanking(['x'], right('a'));
  expect(meanOf([one, none, none, none])).toEqual({
    ndcg: 0.25,
    recall: 0.25,
    reciprocalRank: 0.25,
    hit1: 0.25,
    hit3: 0.25,
  });
  expect(meanOf([])).toBeUndefined();
});

test('a document stands where its best passage stands', () => {
  const passages = ['a', 'b', 'a', 'c', 'b'].map((document_id) => ({ document_id }));
  expect(documentsOf(passages)).toEqual(['a', 'b', 'c']);
});
