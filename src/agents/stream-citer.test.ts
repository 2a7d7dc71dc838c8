import { array, assert, constantFrom, property } from 'fast-check';
import { expect, test } from 'vitest';
import type { FoundPassage } from '../contract/documents.ts';
import { PassageNumbers } from './passage-numbers.ts';
import { StreamCiter } from './stream-citer.ts';

const token = constantFrom(
  '[1]',
  '[2]',
  ' [7]',
  '[2, 1]',
  '[',
  ']',
  '1',
  ' ',
  '`',
  '```',
  '\n',
  '(',
  'The gate opens',
  '. ',
);

/** Passages 1 to 3 are known. */
function citer(): StreamCiter {
  const numbers = new PassageNumbers([]);
  for (const n of [1, 2, 3]) numbers.add(passage(n));
  return new StreamCiter(numbers);
}

function passage(n: number): FoundPassage {
  return {
    corpus_id: 'c',
    corpus_name: 'House rules',
    document_id: 'd',
    document_version: n,
    document_title: 'Gate',
    passage_id: `p${n}`,
    start: 0,
    end: 14,
    score: 1,
    text: 'The gate opens',
    heading_path: [],
  };
}

test('its text is what it passed on, however it came, and its citations are numbered as that is', () => {
  assert(
    property(array(token, { maxLength: 40 }), (pieces) => {
      const streamed = citer();
      let passedOn = '';
      for (const piece of pieces) passedOn += streamed.push(piece);
      passedOn += streamed.end();
      expect(streamed.text).toBe(passedOn);
      expect(streamed.citations().map(({ n }) => n)).toEqual(streamed.cited.map((_, index) => index + 1));
    }),
    { numRuns: 2_000 },
  );
});

test('while more is to come its text is what was passed on so far', () => {
  const streamed = citer();
  const passedOn = streamed.push('It opens [3] at seven [9]. And [');
  expect(streamed.text).toBe(passedOn);
  expect(passedOn).toBe('It opens [1] at seven. And');
});
