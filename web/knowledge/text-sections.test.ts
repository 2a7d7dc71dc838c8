import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { textSections, withoutLead } from './text-sections.ts';

const join = (sections: ReturnType<typeof textSections>) =>
  sections.map(({ before, marked, after }) => before + marked + after).join('');

test('sections join to the text, and what is marked joins to the asked range', () => {
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 80 });
  fc.assert(
    fc.property(text, fc.nat(80), fc.nat(80), fc.integer({ min: 1, max: 20 }), (whole, a, b, maxChars) => {
      const [start, end] = [Math.min(a, b, whole.length), Math.min(Math.max(a, b), whole.length)];
      const sections = textSections({ text: whole, pages: [] }, { start, end }, maxChars);
      expect(join(sections)).toBe(whole);
      expect(sections.map((section) => section.marked).join('')).toBe(whole.slice(start, end));
    }),
  );
});

test('pages are sections, and a range may cross from one to the next', () => {
  const pages = [
    { page: 1, start: 0, end: 5 },
    { page: 2, start: 6, end: 11 },
  ];
  const sections = textSections({ text: 'first\nother', pages }, { start: 3, end: 8 });
  expect(sections.map(({ page, marked }) => [page, marked])).toEqual([
    [1, 'st\n'],
    [2, 'ot'],
  ]);
  expect(join(sections)).toBe('first\nother');
});

test('a page begins with its first words, and the marked ones stay whole', () => {
  const pages = [
    { page: 1, start: 0, end: 3 },
    { page: 2, start: 3, end: 12 },
  ];
  const shown = (start?: number, end?: number) =>
    textSections({ text: 'one\n\n two x', pages }, { start, end })
      .map(withoutLead)
      .map((section) => [section.start, section.before, section.marked, section.after]);
  expect(shown()).toEqual([
    [0, '', '', 'one'],
    [6, '', '', 'two x'],
  ]);
  expect(shown(10, 11)).toEqual([
    [0, 'one', '', ''],
    [6, 'two ', 'x', ''],
  ]);
  expect(shown(0, 3)[1]).toEqual([6, '', '', 'two x']);
  expect(shown(2, 9)[1], 'blanks that are marked').toEqual([3, '', '\n\n two', ' x']);
});
