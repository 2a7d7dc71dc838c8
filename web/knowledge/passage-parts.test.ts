import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PassagePlace } from '../../src/contract/documents.ts';
import { passageParts, passagesWithin } from './passage-parts.ts';
import { textSections } from './text-sections.ts';

const place = (ordinal: number, start: number, end: number): PassagePlace => ({
  ordinal,
  passage_id: `passage ${ordinal}`,
  start,
  end,
  heading_path: [],
});

/** Places in order, with gaps, and now and then one that reaches into the next; each ends after the one before. */
const places = fc
  .array(fc.tuple(fc.integer({ min: -2, max: 6 }), fc.integer({ min: 1, max: 12 })), { maxLength: 12 })
  .map((steps) => {
    let at = 0;
    return steps.map(([gap, length], ordinal) => {
      const start = Math.max(0, at + gap);
      at = Math.max(at + 1, start + length);
      return place(ordinal, start, at);
    });
  });

test('the pieces of all sections join to the text, and each passage’s pieces to the passage', () => {
  const text = fc.string({ minLength: 1, maxLength: 120 });
  fc.assert(
    fc.property(text, places, fc.nat(120), fc.nat(120), (whole, passages, a, b) => {
      const range = { start: Math.min(a, b, whole.length), end: Math.min(Math.max(a, b), whole.length) };
      const parts = textSections({ text: whole, pages: [] }, range, 15).flatMap((section) => {
        const end = section.start + (section.before + section.marked + section.after).length;
        return passageParts(section, passagesWithin(passages, { start: section.start, end }));
      });
      const textOf = (some: typeof parts) => some.map((part) => part.before + part.marked + part.after).join('');
      expect(textOf(parts)).toBe(whole);
      expect(parts.map((part) => part.marked).join('')).toBe(whole.slice(range.start, range.end));
      for (const passage of passages) {
        const previous = passages[passage.ordinal - 1]?.end ?? 0;
        const own = parts.filter((part) => part.passage === passage);
        expect(textOf(own)).toBe(whole.slice(Math.max(passage.start, previous), passage.end));
      }
    }),
  );
});

test('a passage that crosses into the next section goes on there', () => {
  const sections = textSections({ text: 'one two three', pages: [] }, {}, 5);
  const passages = [place(0, 0, 7), place(1, 8, 13)];
  const seen = sections.map((section) =>
    passageParts(section, passages).map(({ passage, before, after }) => [passage?.ordinal, before + after]),
  );
  expect(seen).toEqual([
    [[0, 'one t']],
    [
      [0, 'wo'],
      [undefined, ' '],
      [1, 'th'],
    ],
    [[1, 'ree']],
  ]);
});
