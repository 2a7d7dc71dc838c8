import { expect, test } from 'vitest';
import { idFrom, isUuid } from './ids.ts';

test('an id made from texts is a UUID, the same for the same texts and another for others', () => {
  const id = idFrom('a', 'b');
  expect(isUuid(id)).toBe(true);
  expect(id).toMatch(/^.{14}8.{4}[89ab]/);
  expect(idFrom('a', 'b')).toBe(id);
  expect(new Set([id, idFrom('ab', ''), idFrom('', 'ab'), idFrom('b', 'a')]).size).toBe(4);
});
