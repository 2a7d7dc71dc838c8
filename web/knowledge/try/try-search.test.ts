import { expect, test } from 'vitest';
import { dayOf } from '../../ui/time-words.ts';
import { filterWords } from './filter-words.ts';
import { readTrySearch, toggled, toSearchFilters } from './try-search.ts';

test('an address keeps what the page wrote and nothing else', () => {
  const search = { q: 'Who?', documents: ['a'], tags: ['Draft'], from: '2026-11-01', to: '2026-11-02' };
  expect(readTrySearch({ ...search, more: 1 })).toEqual(search);
  const broken = { q: ['3'], documents: 'a', tags: [1], from: '2026-13-45', to: 'tomorrow' };
  expect(readTrySearch(broken)).toEqual({});
  expect(readTrySearch({ q: '', documents: [], tags: Array.from({ length: 21 }, () => 'x') })).toEqual({});
});

test('days are taken from their beginning to their end', () => {
  const { added_from, added_before } = toSearchFilters({ from: '2026-11-01', to: '2026-11-01' });
  expect(new Date(added_from ?? '').toTimeString()).toMatch(/^00:00:00/);
  expect(new Date(added_before ?? '').getDate()).toBe(2);
  expect(toSearchFilters({ q: 'x', documents: ['a'], tags: ['b'] })).toEqual({ documents: ['a'], tags: ['b'] });
});

test('the last one that is taken out leaves no filter', () => {
  expect(toggled([], 'a')).toEqual(['a']);
  expect(toggled(['a', 'b'], 'a')).toEqual(['b']);
  expect(toggled(['a'], 'a')).toBeUndefined();
});

const day = (n: number) => dayOf(new Date(2026, 10, n).getTime());

test.each([
  [{}, ''],
  [{ tags: ['Draft'] }, 'Only documents tagged “Draft”.'],
  [{ titles: ['A', 'B'], tags: ['x', 'y'] }, 'Only “A”, “B”, tagged “x” or “y”.'],
  [{ titles: ['A', 'B', 'C', 'D', undefined] }, 'Only “A”, “B”, “C” and 2 more.'],
  [{ titles: [undefined] }, 'Only one document.'],
  [{ titles: [undefined, undefined] }, 'Only 2 documents.'],
  [{ from: '2026-11-01' }, `Only documents added from ${day(1)}.`],
  [{ to: '2026-11-01' }, `Only documents added until ${day(1)}.`],
  [{ from: '2026-11-01', to: '2026-11-05' }, `Only documents added from ${day(1)} until ${day(5)}.`],
  [{ from: '2026-11-01', to: '2026-11-01' }, `Only documents added on ${day(1)}.`],
])('the filters %o are told', (filters, words) => {
  expect(filterWords(filters)).toBe(words);
});
