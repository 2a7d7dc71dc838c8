import { expect, test } from 'vitest';
import { PagePlaces } from './page-places.ts';

test('the place of each of the last hundred pages is known, whichever was scrolled last', () => {
  const places = new PagePlaces();
  for (let n = 0; n < 100; n++) places.note(`entry ${n}`, n);
  places.note('entry 0', 7);
  places.note('entry 100', 100);
  expect(places.of('entry 0')).toBe(7);
  expect(places.of('entry 1')).toBeUndefined();
  expect(places.of('entry 2')).toBe(2);
  expect(places.of('entry 100')).toBe(100);
});
