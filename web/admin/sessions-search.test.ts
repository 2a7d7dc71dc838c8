import { expect, test } from 'vitest';
import { readSessionsSearch } from './sessions-search.ts';

test('an address says which sessions, and nothing that is no filter', () => {
  const search = { q: 'tea', username: 'ann', agent_id: 'librarian', status: 'failed', sort: 'created_at' };
  expect(readSessionsSearch(search)).toEqual(search);
  expect(readSessionsSearch({ q: '', status: 'gone', sort: 3, page: 2 })).toEqual({});
  expect(readSessionsSearch({ q: 2026 })).toEqual({ q: '2026' });
});
