import { array, assert, constantFrom, property } from 'fast-check';
import { expect, test } from 'vitest';
import { cite } from '../knowledge/cite.ts';
import { MarkerScanner } from './marker-scanner.ts';

/** Passages 1 to 5 are known and shown as 11 to 15. */
function scan(pieces: string[]): string {
  const scanner = new MarkerScanner((n) => (n >= 1 && n <= 5 ? n + 10 : undefined));
  return pieces.map((piece) => scanner.push(piece)).join('') + scanner.end();
}

test.each([
  ['Back it up [1].', 'Back it up [11].'],
  ['Both [1][2] and [3, 4; 5].', 'Both [11][12] and [13][14][15].'],
  ['Invented [9]. Half [1, 9] so.', 'Invented. Half [11] so.'],
  ['Two gone [8] [9] here', 'Two gone here'],
  ['Inline `a[1]` and ``b ` [2]`` stay.', 'Inline `a[1]` and ``b ` [2]`` stay.'],
  ['An unclosed ` is text [1].', 'An unclosed ` is text [11].'],
  ['An unclosed `\n\nis text [1].', 'An unclosed `\n\nis text [11].'],
  ['```js\nlist[1]\n```\nafter [1]', '```js\nlist[1]\n```\nafter [11]'],
  ['> ~~~\n> x[1]\n> ~~~\n> said [2]', '> ~~~\n> x[1]\n> ~~~\n> said [12]'],
  ['````\n```\n[1]\n````\n[1]', '````\n```\n[1]\n````\n[11]'],
  ['```code``` on one line [1]', '```code``` on one line [11]'],
  ['```\nnever closed [1]', '```\nnever closed [1]'],
  ['A link [1](http://x) and \\[1] and [one].', 'A link [1](http://x) and \\[1] and [one].'],
  ['[1]: http://x\nas [1]: it is', '[1]: http://x\nas [11]: it is'],
  ['Ends with [', 'Ends with ['],
  ['Ends with [1', 'Ends with [1'],
  ['- [x] done [1]\n- [ ] open [2]', '- [x] done [11]\n- [ ] open [12]'],
  ['Range [1-3] and year [2024].', 'Range [1-3] and year [2024].'],
  ['Gone [8][9] here, kept [8][1] there, glued [9]word', 'Gone here, kept [11] there, glued word'],
  ['Twice [1, 1]', 'Twice [11]'],
  ['Spaces  \nbreak lines [1]  \n', 'Spaces  \nbreak lines [11]  \n'],
])('%j is shown as %j', (text, shown) => {
  expect(scan([text])).toBe(shown);
  expect(scan(text.split(''))).toBe(shown);
});

test('how a text is cut into pieces makes no difference', () => {
  const token = constantFrom(
    '[',
    ']',
    '1',
    '9',
    ',',
    ' ',
    '`',
    '```',
    '~~~',
    '\n',
    '\n\n',
    '(',
    ':',
    '\\',
    'word',
    '[1]',
    ' [9]',
    '> ',
  );
  assert(
    property(array(array(token, { maxLength: 6 }), { maxLength: 12 }), (pieces) => {
      const texts = pieces.map((piece) => piece.join(''));
      expect(scan(texts)).toBe(scan([texts.join('')]));
    }),
    { numRuns: 2_000 },
  );
});

test('a long run without an end does not wait for it', () => {
  const scanner = new MarkerScanner(() => 1);
  const shown = scanner.push(`\`${'a '.repeat(400)}`);
  expect(shown.length).toBeGreaterThan(700);
});

test.each([
  'Both [1][2] and `a[1]`.',
  'A [1](http://x), an unclosed ` and [2].',
  '```\n[1]\n```\nthen [2][1].',
  'Gone [9]. As said in [2]: so [1, 2].',
])('markers in %j are the same ones that cite.ts finds in the whole text', (text) => {
  const order: number[] = [];
  const scanner = new MarkerScanner((n) => {
    if (n > 2) return undefined;
    if (!order.includes(n)) order.push(n);
    return order.indexOf(n) + 1;
  });
  const streamed =
    text
      .split('')
      .map((piece) => scanner.push(piece))
      .join('') + scanner.end();
  const passages = [1, 2].map((n) => ({
    corpus_id: 'c',
    corpus_name: 'c',
    document_id: 'd',
    document_version: 1,
    document_title: 'd',
    passage_id: `p${n}`,
    start: 0,
    end: 1,
    score: 1,
    text: 'x',
  }));
  const whole = cite(text, passages);
  expect(streamed).toBe(whole.text);
  expect(order.map((n) => `p${n}`)).toEqual(whole.citations.map((each) => each.passage_id));
});
