import { expect, test } from 'vitest';
import { readAuditSearch, toAuditFilters } from './audit-search.ts';

test('what no page wrote is left out of an address', () => {
  const good = { actor: 'bob', action: 'user.created', object_kind: 'user', object_id: 'x', from: '2026-11-01' };
  expect(readAuditSearch({ ...good, until: 'soon', cursor: ['7'], other: 'y' })).toEqual(good);
  expect(readAuditSearch({ action: 'nothing', object_kind: '', from: '2026-99-99' })).toEqual({});
});

test('days are whole: until the end of the last one, in the reader’s time', () => {
  const { from, until, ...rest } = toAuditFilters({
    actor: 'bob',
    from: '2026-11-26',
    until: '2026-11-26',
    cursor: 'c',
  });
  expect(rest).toEqual({ actor: 'bob' });
  expect(Date.parse(until ?? '') - Date.parse(from ?? '')).toBe(86_400_000);
  expect(new Date(from ?? '').getHours()).toBe(0);
});
