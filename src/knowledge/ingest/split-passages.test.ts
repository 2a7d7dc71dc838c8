import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { estimateTokens } from './estimate-tokens.ts';
import type { Heading, PageSpan } from './parsed-document.ts';
import { splitPassages } from './split-passages.ts';

const piece = fc.oneof(
  { weight: 6, arbitrary: fc.stringMatching(/^[A-Za-z ,.?!0-9']{1,120}$/) },
  fc.constantFrom('\n', '\r\n', '\n\n', '# Heading\n', '- item\n', '| a | b |\n', '```\n', '\t', '\u3000'),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.nat(3).map((n) => '😀'.repeat(40 * n)),
  fc.nat(3).map((n) => 'x'.repeat(90 * n)),
);
const documentText = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(' ').toWellFormed());

describe('splitting into passages', () => {
  test('passages are the text: in order, apart, nothing but blanks between them, none over the limits', () => {
    fc.assert(
      fc.property(documentText, fc.array(fc.nat(2000)), fc.array(fc.nat(2000)), (text, cuts, headingAts) => {
        const headings = headingsAt(text, headingAts);
        const pages = pagesOf(text, cuts);
        const limits = { maxTokens: 40, maxChars: 160 };
        const passages = splitPassages({ text, headings, pages }, limits);
        let end = 0;
        for (const passage of passages) {
          expect(text.slice(end, passage.start).trim()).toBe('');
          expect(text.slice(passage.start, passage.end)).toBe(passage.text);
          expect(passage.text.trim()).toBe(passage.text);
          expect(passage.text.isWellFormed()).toBe(true);
          expect(passage.text.length).toBeLessThanOrEqual(limits.maxChars);
          expect(estimateTokens(passage.text)).toBeLessThanOrEqual(limits.maxTokens);
          const page = pages.find((span) => span.page === passage.page);
          expect(page?.start).toBeLessThanOrEqual(passage.start);
          expect(page?.end).toBeGreaterThanOrEqual(passage.end);
          end = passage.end;
        }
        expect(text.slice(end).trim()).toBe('');
      }),
      { numRuns: 300 },
    );
  });

  test('a heading opens a passage and stands in the path of what follows', () => {
    const text = '# Guide\n\n## Backup\n\nCopy the data.\n\n## Restore\n\nBring it back.\n';
    const headings = [
      { level: 1, text: 'Guide', start: 0 },
      { level: 2, text: 'Backup', start: 9 },
      { level: 2, text: 'Restore', start: 36 },
    ];
    expect(splitPassages({ text, headings }).map(({ text, headingPath }) => ({ text, headingPath }))).toEqual([
      { text: '# Guide\n\n## Backup\n\nCopy the data.', headingPath: ['Guide', 'Backup'] },
      { text: '## Restore\n\nBring it back.', headingPath: ['Guide', 'Restore'] },
    ]);
  });

  test('sentences stay whole, across the line breaks of a wrapped paragraph', () => {
    const sentence = 'The server writes a copy\nwhile it runs and checks it. ';
    const passages = splitPassages({ text: sentence.repeat(9), headings: [] }, { maxChars: 200 });
    expect(passages.every((passage) => passage.text.endsWith('checks it.'))).toBe(true);
    expect(passages).toHaveLength(3);
  });

  test('two million characters are split in a few seconds', () => {
    const text = `${'No stop in sight '.repeat(60_000)}\n\n${'y'.repeat(1_000_000)}`;
    expect(splitPassages({ text, headings: [] }).length).toBeGreaterThan(2000);
  });

  test('no text gives no passage', () => {
    expect(splitPassages({ text: ' \n\n ', headings: [] })).toEqual([]);
  });
});

/** Pages that cover the text, cut at whole characters. */
function pagesOf(text: string, cuts: number[]): PageSpan[] {
  const inside = cuts.map((cut) => cut % (text.length + 1)).filter((cut) => wholeAt(text, cut));
  const bounds = [...new Set([0, ...inside, text.length])].toSorted((a, b) => a - b);
  return bounds.slice(0, -1).map((start, i) => ({ page: i + 1, start, end: bounds[i + 1] ?? text.length }));
}

function headingsAt(text: string, offsets: number[]): Heading[] {
  const starts = new Set(offsets.map((offset) => offset % (text.length + 1)).filter((offset) => wholeAt(text, offset)));
  return [...starts].toSorted((a, b) => a - b).map((start) => ({ level: (start % 3) + 1, text: `at ${start}`, start }));
}

function wholeAt(text: string, offset: number): boolean {
  const unit = text.charCodeAt(offset);
  return !(unit >= 0xdc00 && unit <= 0xdfff);
}
