import { expect, test } from 'vitest';
import { readCollection } from './read-collection.ts';

test('questions and judgements are told apart, in one file or in two, with numbers for ids', () => {
  const queries = '{"id": 1, "text": "Which lamp?"}\r\n\r\n{"id": "two", "text": "Which boat?", "more": true}\n';
  const qrels = '{"qid": 1, "did": "lamp.md", "rel": 1}\n{"qid": "two", "did": 7, "rel": 0.5}';
  const both = {
    queries: [
      { id: '1', text: 'Which lamp?' },
      { id: 'two', text: 'Which boat?' },
    ],
    qrels: [
      { qid: '1', did: 'lamp.md', rel: 1 },
      { qid: 'two', did: '7', rel: 0.5 },
    ],
  };
  expect(readCollection([queries, qrels])).toEqual(both);
  expect(readCollection([`${qrels}\n${queries}`])).toEqual(both);
});

test.each([
  ['no JSON', 'id,text'],
  ['another object', '{"id": 1, "title": "A document"}'],
  ['a judgement in words', '{"qid": 1, "did": "a", "rel": "yes"}'],
  ['a list', '[1, 2]'],
])('%s is named by its line', (_what, line) => {
  const text = `{"id": 1, "text": "Which?"}\n${line}\n`;
  expect(readCollection([text])).toEqual({ fault: expect.stringMatching(/^Line 2 /) });
});
