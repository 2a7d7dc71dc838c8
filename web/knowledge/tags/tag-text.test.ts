import { expect, test } from 'vitest';
import { splitTags, withTags } from './tag-text.ts';

test('what is typed is cut at commas, without what is blank, and to the length a tag may have', () => {
  expect(splitTags(' Draft ,, two   words,')).toEqual(['Draft', 'two words']);
  expect(splitTags(`${'x'.repeat(39)} yz`)).toEqual(['x'.repeat(39)]);
});

test('a tag is added once however it is written', () => {
  expect(withTags(['Draft', 'Rückgabe'], ['DRAFT', 'ru\u0308ckgabe', 'Final', 'final'])).toEqual([
    'Draft',
    'Rückgabe',
    'Final',
  ]);
});
