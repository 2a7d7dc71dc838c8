import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { locateQuote } from './locate-quote.ts';

/** The words on the page that were found, run by run. */
function located(runs: readonly string[], pageText: string, quote: string, from = 0): string[] | undefined {
  const start = pageText.indexOf(quote, from);
  expect(start, 'the quote is of what was read').toBeGreaterThanOrEqual(0);
  return locateQuote(runs, { pageText, start, end: start + quote.length })?.map((part) =>
    (runs[part.run] ?? '').slice(part.start, part.end),
  );
}

describe('words that were read are found on the page', () => {
  test('over lines that were joined', () => {
    const runs = ['The keeper must oil', 'the great lens every', 'ninth day.'];
    expect(located(runs, 'The keeper must oil the great lens every ninth day.', 'oil the great lens')).toEqual([
      'oil',
      'the great lens',
    ]);
  });

  test('where a word was parted at the end of a line', () => {
    const runs = ['The light-', 'house stands. The co-op is shut.'];
    const read = 'The lighthouse stands. The co-op is shut.';
    expect(located(runs, read, 'lighthouse')).toEqual(['light-', 'house'].map((run) => run.replace('-', '')));
    expect(located(runs, read, 'co-op is')).toEqual(['co-op is']);
  });

  test('with ligatures, accents set apart, soft hyphens and letters of another size', () => {
    const runs = ['The o\uFB03ce', 'cafe\u0301 so\u00ADftly', 'OPENS'];
    expect(located(runs, 'The office caf\u00E9 softly opens', 'office caf\u00E9 softly opens')).toEqual([
      'o\uFB03ce',
      'cafe\u0301 so\u00ADftly',
      'OPENS',
    ]);
  });

  test('where each glyph or word is a run of its own', () => {
    const runs = ['F', 'our', ' ', 'shil', 'lings', '.'];
    expect(located(runs, 'Four shillings.', 'shillings')).toEqual(['shil', 'lings']);
  });

  test('at the place that was meant when they stand there twice', () => {
    const runs = ['Pay here.', 'Pay here.', 'Go.'];
    const read = 'Pay here. Pay here. Go.';
    const parts = (from: number) =>
      locateQuote(runs, { pageText: read, start: from, end: from + 'Pay here.'.length })?.map(({ run }) => run);
    expect(parts(0)).toEqual([0]);
    expect(parts(10)).toEqual([1]);
  });

  test('run by run where the page draws two columns line by line', () => {
    const runs = ['Left one goes', 'Right one goes', 'down to left two.', 'down to right two.'];
    const read = 'Left one goes down to left two.\n\nRight one goes down to right two.';
    expect(located(runs, read, 'Right one goes down to right two.')).toEqual(['Right one goes', 'down to right two.']);
  });
});

test('words that are not on the page are not found', () => {
  const pageText = 'An altogether different sentence.';
  expect(locateQuote(['The keeper must oil'], { pageText, start: 0, end: pageText.length })).toBeUndefined();
  expect(locateQuote([], { pageText, start: 0, end: pageText.length })).toBeUndefined();
  expect(locateQuote(['- -'], { pageText: ' - ', start: 0, end: 3 })).toBeUndefined();
});

test('any words of any page are found however it is cut into runs, and what is found are those words', () => {
  const unit = fc.constantFrom('a', 'b', 'c', 'é', '\uFB01', '\u{1F6A2}', ' ', '-');
  const word = fc.string({ unit, minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 12 }), fc.nat(), fc.nat(), (runs, a, b) => {
      const pageText = runs.join(' ');
      // Whole characters: half of one is no word of any page.
      const cuts = Array.from(pageText.matchAll(/./gsu), ({ index }) => index);
      const at = [cuts[a % cuts.length] ?? 0, cuts[b % cuts.length] ?? 0].toSorted((x, y) => x - y);
      const [start = 0, end = 0] = at;
      const quote = bare(pageText.slice(start, end));
      fc.pre(quote !== '');
      const parts = locateQuote(runs, { pageText, start, end });
      expect(parts).toBeDefined();
      const words = bare((parts ?? []).map((part) => (runs[part.run] ?? '').slice(part.start, part.end)).join(''));
      expect(words).toContain(quote);
    }),
  );
});

function bare(text: string): string {
  return text.normalize('NFKD').replaceAll(/[\s\p{Pd}\p{M}]/gu, '');
}
