import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { markdownBlocks } from './markdown-blocks.ts';

test('paragraphs, lists and fences are blocks of their own', () => {
  const text = 'One\nline\n\n- a\n\n  under a\n\n- b\n\n```js\nx\n\ny\n```\n\nEnd';
  expect(markdownBlocks(text)).toEqual(['One\nline', '- a\n\n  under a\n\n- b', '```js\nx\n\ny\n```', 'End']);
});

test('a fence that is still open takes everything behind it', () => {
  expect(markdownBlocks('A\n\n```\nx\n\ny')).toEqual(['A', '```\nx\n\ny']);
});

test('blocks before the last never change while lines are added', () => {
  const piece = fc.constantFrom(
    'word ',
    '\n',
    '\n\n',
    '- item',
    '1. item',
    '```',
    '  in',
    '> q',
    '| a | b |\n|---|---|\n',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.nat(), (pieces, at) => {
      const whole = pieces.join('');
      const lineEnd = whole.indexOf('\n', at % (whole.length + 1));
      const early = markdownBlocks(lineEnd < 0 ? whole : whole.slice(0, lineEnd));
      expect(markdownBlocks(whole).slice(0, Math.max(0, early.length - 1))).toEqual(early.slice(0, -1));
    }),
    { numRuns: 500 },
  );
});
