import { expect, test } from 'vitest';
import { addressParts } from './address-parts.ts';

test('an address is found without what ends the sentence', () => {
  expect(addressParts('See https://status.example/now. Or (http://a.example/b), please.')).toEqual([
    { text: 'See ' },
    { text: 'https://status.example/now', href: 'https://status.example/now' },
    { text: '. Or (' },
    { text: 'http://a.example/b', href: 'http://a.example/b' },
    { text: '), please.' },
  ]);
});

test('nothing but http and https leads anywhere, and no text is lost', () => {
  for (const text of [
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://a.example',
    'https://',
    'nothing',
    '<b>https',
  ]) {
    const parts = addressParts(text);
    expect(parts.map((part) => part.text).join('')).toBe(text);
    expect(parts.filter(({ href }) => href !== undefined)).toEqual([]);
  }
});
