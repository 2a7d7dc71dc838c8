import { expect, test } from 'vitest';
import type { FoundPassage } from '../contract/documents.ts';
import { PassageNumbers } from './passage-numbers.ts';

function passage(start: number, end: number, id = 'p'): FoundPassage {
  return {
    corpus_id: 'c',
    corpus_name: 'House rules',
    document_id: 'd',
    document_version: 1,
    document_title: 'Gate',
    passage_id: id,
    start,
    end,
    score: 1,
    text: 'x'.repeat(end - start),
    heading_path: [],
  };
}

test('a passage found again has its number, also as a part of what was found around it', () => {
  const numbers = new PassageNumbers([]);
  const wide = numbers.add(passage(0, 30));
  expect(numbers.add(passage(0, 30))).toEqual(wide);
  expect(numbers.add(passage(10, 20))).toEqual(wide);
  expect(numbers.add(passage(10, 20, 'q')).n).toBe(2);
});

test('a passage found again with more around it is another text, which has a number of its own', () => {
  const numbers = new PassageNumbers([]);
  const narrow = numbers.add(passage(10, 20));
  const wide = numbers.add(passage(10, 30));
  expect(wide.n).toBe(2);
  expect(numbers.get(1)).toEqual(narrow);
  expect(numbers.find(passage(12, 18))?.n).toBe(1);
  expect(numbers.find(passage(15, 25))?.n).toBe(2);
  expect(numbers.find(passage(25, 35))).toBeUndefined();
});
