import { expect, test } from 'vitest';
import { lastDays, narrowedTo, readUsageSearch, withEnd } from './usage-search.ts';

test('an address keeps a range, what rows are of, and one thing it is narrowed to', () => {
  const range = { from: '2026-01-01', to: '2026-01-31' };
  expect(readUsageSearch({ ...range, by: 'group' })).toEqual({ ...range, by: 'group' });
  expect(readUsageSearch({ ...range, agent_id: 'librarian' })).toEqual({ ...range, agent_id: 'librarian' });
  expect(readUsageSearch({ group_id: 7 })).toEqual({ group_id: '7' });
});

test('what no page of ours wrote is left out', () => {
  expect(readUsageSearch({ from: '2026-02-02', to: '2026-02-01', by: 'person', other: 1 })).toEqual({});
  expect(readUsageSearch({ from: '2020-01-01', to: '2026-02-01' })).toEqual({});
  expect(readUsageSearch({ from: '2026-02-02' })).toEqual({});
  expect(readUsageSearch({ by: 'agent', agent_id: 'a', group_id: 'b' })).toEqual({ agent_id: 'a' });
});

test('rows of nothing lead to what has none, by day and in the same range', () => {
  const range = { from: '2026-01-01', to: '2026-01-31' };
  expect(narrowedTo({ ...range, by: 'group' }, 'group', '')).toEqual({ ...range, group_id: 'none' });
  expect(narrowedTo({}, 'agent', 'librarian')).toEqual({ agent_id: 'librarian' });
});

test('a range ends with the day it is asked on, and its ends do not cross or lie more than a year apart', () => {
  expect(lastDays(7, '2026-03-03')).toEqual({ from: '2026-02-25', to: '2026-03-03' });
  const range = { from: '2026-01-01', to: '2026-01-31' };
  expect(withEnd(range, 'to', '2026-02-05')).toEqual({ from: '2026-01-01', to: '2026-02-05' });
  expect(withEnd(range, 'from', '2026-02-05')).toEqual({ from: '2026-02-05', to: '2026-02-05' });
  expect(withEnd(range, 'to', '2030-01-01')).toEqual({ from: '2029-01-01', to: '2030-01-01' });
});
