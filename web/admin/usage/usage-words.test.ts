import { expect, test } from 'vitest';
import { inUnit, rowName, shareWords } from './usage-words.ts';

test.each([
  [850, '850 ms'],
  [1_249, '1.2 sec'],
  [14_400, '14 sec'],
  [90_000, '1.5 min'],
])('%i milliseconds are %s', (ms, words) => {
  expect(inUnit(ms, 'ms')).toBe(words);
});

test('money is in its currency, small amounts too, and what is not known is no zero', () => {
  expect(inUnit(12_345_678, 'money', 'EUR')).toBe('€12.35');
  expect(inUnit(1_230, 'money', 'EUR')).toBe('€0.0012');
  expect(inUnit(0, 'money', 'EUR')).toBe('€0.00');
  expect(inUnit(null, 'money', 'EUR')).toBe('–');
  expect(inUnit(1_234, 'count')).toBe('1,234');
});

test('a row is called by its day or name, and says what it means to have none', () => {
  expect(rowName({ key: '2026-03-01', name: null }, 'day')).toBe('Mar 1, 2026');
  expect(rowName({ key: 'g', name: 'Finance' }, 'group')).toBe('Finance');
  expect(rowName({ key: '', name: null }, 'group')).toBe('In no group');
  expect(rowName({ key: '', name: null }, 'corpus')).toBe('Nothing cited');
  expect(rowName({ key: '0123456789', name: null }, 'corpus')).toBe('Deleted corpus 01234567');
});

test('a share of nothing is none', () => {
  expect([shareWords(1, 8), shareWords(0, 0)]).toEqual(['12.5%', '–']);
});
