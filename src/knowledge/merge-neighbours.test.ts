import { array, assert, constantFrom, integer, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import { mergeNeighbours, type Place } from './merge-neighbours.ts';

const at = (ordinal: number, more: Partial<Place> = {}): Place => ({
  document_id: 'd',
  version: 1,
  ordinal,
  page: null,
  heading_path: '[]',
  ...more,
});

test('what follows each other becomes one, in the order of the text, at the place of the best', () => {
  expect(mergeNeighbours([at(9), at(4), at(5), at(3)], 10)).toEqual([[at(9)], [at(3), at(4), at(5)]]);
});

test('at most three are put together', () => {
  expect(mergeNeighbours([at(1), at(2), at(3), at(4)], 10)).toEqual([[at(1), at(2), at(3)], [at(4)]]);
});

test.each<[string, Partial<Place>]>([
  ['another document', { document_id: 'e' }],
  ['another version', { version: 2 }],
  ['another page', { page: 2 }],
  ['another heading', { heading_path: '["Gate"]' }],
])('%s is no neighbour', (_, more) => {
  expect(mergeNeighbours([at(1), at(2, more)], 10)).toEqual([[at(1)], [at(2, more)]]);
});

test('beyond the limit only neighbours of what is within it are taken', () => {
  expect(mergeNeighbours([at(1), at(7), at(2), at(30)], 2)).toEqual([[at(1), at(2)], [at(7)]]);
});

test('every passage is in at most one group, groups hold neighbours in order, and the best passage of each comes in the order of finding', () => {
  const places = array(record({ ordinal: integer({ min: 0, max: 12 }), page: constantFrom(1, 2) }), { maxLength: 20 });
  assert(
    property(places, integer({ min: 1, max: 6 }), (drawn, limit) => {
      const distinct = new Map(drawn.map((place) => [`${place.page} ${place.ordinal}`, at(place.ordinal, place)]));
      const found = [...distinct.values()];
      const groups = mergeNeighbours(found, limit);
      const ranks = groups.map((group) => Math.min(...group.map((place) => found.indexOf(place))));
      expect(groups.length).toBeLessThanOrEqual(limit);
      expect(new Set(groups.flat()).size).toBe(groups.flat().length);
      expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
      for (const group of groups) {
        expect(group.length).toBeLessThanOrEqual(3);
        for (const [index, place] of group.entries()) expect(place.ordinal).toBe((group[0]?.ordinal ?? 0) + index);
      }
    }),
  );
});
