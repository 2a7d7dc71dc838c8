import { expect, it } from 'vitest';
import { parseAddress, textOf, writeAddress } from './address.ts';

const searchIn = (address: string): Record<string, unknown> => parseAddress(address);
const texts = [
  '12e45678',
  '12345678',
  '007',
  '1e5',
  '-3',
  'true',
  'null',
  '[1]',
  '"tea"',
  '{"a":1}',
  'tea & milk',
  '１２',
];

it('a text comes back from an address as it went in', () => {
  for (const text of texts) expect(textOf(searchIn(writeAddress({ q: text }))['q']), text).toBe(text);
});

it('a text is read as it was written by hand', () => {
  for (const text of ['12e45678', '12345678', 'null', 'true', '{"a":1}'])
    expect(textOf(searchIn(`?q=${encodeURIComponent(text)}`)['q'])).toBe(text);
});

it('lists and numbers of the pages are what they were', () => {
  const search = { documents: ['a', '2'], version: 3, erased: true };
  expect(searchIn(writeAddress(search))).toEqual(search);
  for (const value of [undefined, '', ['a', 'b'], null, {}]) expect(textOf(value)).toBeUndefined();
});
