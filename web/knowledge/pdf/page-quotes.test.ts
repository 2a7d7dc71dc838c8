import { expect, test } from 'vitest';
import { pageQuotes } from './page-quotes.ts';

const document = {
  text: 'one two\n\nthree four\n\nfive',
  pages: [
    { page: 1, start: 0, end: 7 },
    { page: 2, start: 9, end: 19 },
    { page: 4, start: 21, end: 25 },
  ],
};

test('a range is parted by the pages it was read from', () => {
  expect(of(4, 14)).toEqual([
    [1, 'two'],
    [2, 'three'],
  ]);
  expect(of(15, 25)).toEqual([
    [2, 'four'],
    [4, 'five'],
  ]);
  expect(of(7, 9), 'what stands between two pages is on none').toEqual([]);
  expect(of()).toEqual([]);
});

const of = (start?: number, end?: number) =>
  [...pageQuotes(document, { start, end })].map(([page, quote]) => [
    page,
    quote.pageText.slice(quote.start, quote.end),
  ]);
