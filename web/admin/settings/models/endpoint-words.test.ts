import { expect, test } from 'vitest';
import { isElsewhere, keyWords, namesIn } from './endpoint-words.ts';

test('a key is told by its end, where that is known', () => {
  expect(keyWords({ has_key: false, key_hint: '' })).toBe('None is sent');
  expect(keyWords({ has_key: true, key_hint: '' })).toBe('Stored');
  expect(keyWords({ has_key: true, key_hint: 'abcd' })).toBe('Stored, ends with abcd');
});

test('another scheme, host or port is elsewhere, another path is not', () => {
  const before = 'https://models.example/v1';
  expect(isElsewhere(before, ' https://models.example:443/v2 ')).toBe(false);
  for (const now of ['http://models.example/v1', 'https://models.example:1/v1', 'https://other.example/v1', 'https:/'])
    expect(isElsewhere(before, now), now).toBe(true);
});

test('names are lines, each once, without what surrounds them', () => {
  expect(namesIn(' a \n\nb\na')).toEqual(['a', 'b']);
});
