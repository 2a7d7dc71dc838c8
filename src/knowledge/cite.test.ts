import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { settledLength } from './citation-markers.ts';
import { type CitablePassage, cite } from './cite.ts';

const documentA = 'Intro. Backups run nightly at two. Copies are kept for thirty days. The disk must have room.';
const documentB = 'Perdure restores from one file. A restore checks every session before it starts.';

function passage(id: string, text: string, start = 0): CitablePassage {
  return {
    corpus_id: 'c',
    corpus_name: 'Handbook',
    document_id: `doc-${id}`,
    document_version: 1,
    document_title: `Document ${id}`,
    passage_id: id,
    start,
    end: start + text.length,
    text,
    score: 0.5,
  };
}
const a = passage('a', documentA);
const b = passage('b', documentB);

describe('citing', () => {
  test('two sentences from two documents give two citations at the very words', () => {
    const { text, citations } = cite('Backups are run nightly at two [2]. A restore checks all sessions first. [1]', [
      b,
      a,
    ]);
    expect(text).toBe('Backups are run nightly at two [1]. A restore checks all sessions first. [2]');
    expect(citations.map(({ n, document_id, quote }) => ({ n, document_id, quote }))).toEqual([
      { n: 1, document_id: 'doc-a', quote: 'Backups run nightly at two.' },
      { n: 2, document_id: 'doc-b', quote: 'A restore checks every session before it starts.' },
    ]);
  });

  test('a marker the model invented is dropped, alone and in a list', () => {
    expect(cite('True [1, 7]. False [9]. Also [8].', [a]).text).toBe('True [1]. False. Also.');
    expect(cite('Nothing [3][4] here', []).text).toBe('Nothing here');
    expect(cite('Zero [0] and [100].', [a])).toEqual({ text: 'Zero and.', citations: [] });
  });

  test('lists become neighbours and one passage is one citation', () => {
    const { text, citations } = cite('Both [2; 1] and again [1][2][2].', [a, b]);
    expect(text).toBe('Both [1][2] and again [2][1][1].');
    expect(citations.map((citation) => citation.passage_id)).toEqual(['b', 'a']);
  });

  test('the quote covers all the claims that name the passage', () => {
    const { citations } = cite('Backups run nightly [1]. The disk must have room [1].', [a]);
    expect(citations[0]?.quote).toBe(documentA.slice('Intro. '.length));
  });

  test('words that agree with nothing quote the whole passage', () => {
    expect(cite('Quite so! [1]', [a]).citations[0]?.quote).toBe(documentA);
  });

  test.each([
    ['`list[1]` stays'],
    ['```js\nconst x = list[1];\n```'],
    ['~~~\n[1]\n'],
    ['A [1](https://example.org) link'],
    ['[1]: https://example.org'],
    ['An escaped \\[1] bracket'],
    ['[ ] a task, [x] done, [2024] a year, [a1]'],
    ['``a ` [1] b``'],
  ])('%j is no marker', (answer) => {
    expect(cite(answer, [a])).toEqual({ text: answer, citations: [] });
  });

  test.each([
    ['an unclosed ` backtick [2]', 'an unclosed ` backtick [1]'],
    ['`code` and [2]', '`code` and [1]'],
    ['```\nx[2]\n```\nthen [2]', '```\nx[2]\n```\nthen [1]'],
    ['As said in [2]: so', 'As said in [1]: so'],
    ['Great![2]', 'Great![1]'],
  ])('%j holds a marker', (answer, expected) => {
    expect(cite(answer, [a, b]).text).toBe(expected);
  });

  test('whatever the model writes, numbers are dense and each quote is the text at its place', () => {
    const bit = fc.oneof(
      fc.constantFrom(
        '[1]',
        '[2]',
        '[3]',
        '[1, 2]',
        '[2,9]',
        ' ',
        '. ',
        '\n\n',
        '`',
        '```\n',
        '[',
        ']',
        'backups nightly',
        '😀',
      ),
      fc.string({ maxLength: 12 }),
    );
    const lead = 'Text before. ';
    const shifted = passage('s', documentA, lead.length);
    fc.assert(
      fc.property(fc.array(bit, { maxLength: 30 }), (bits) => {
        const { text, citations } = cite(bits.join(''), [shifted, b]);
        expect(citations.map((citation) => citation.n)).toEqual(citations.map((_, i) => i + 1));
        for (const { document_id, start, end, quote, n } of citations) {
          expect((document_id === 'doc-s' ? lead + documentA : documentB).slice(start, end)).toBe(quote);
          expect(text).toContain(`[${n}]`);
        }
        if (citations.length === 2) expect(text.indexOf('[1]')).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 500 },
    );
  });
});

describe('text that is still being written', () => {
  test.each([
    ['Done.', 5],
    ['See [', 4],
    ['See [1', 4],
    ['See [1, 2', 4],
    ['See [1]', 4],
    ['See [1].', 8],
    ['See [a', 6],
  ])('%j is settled up to %i', (partial, length) => {
    expect(settledLength(partial)).toBe(length);
  });
});
