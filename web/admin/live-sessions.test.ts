import { expect, test } from 'vitest';
import type { AdminSessionRow } from '../../src/contract/admin.ts';
import { type LivePage, withoutRow, withRow } from './live-sessions.ts';

const row = (id: string, rev: number, minute: number, createdMinute = 0): AdminSessionRow => ({
  session_id: id,
  username: 'alice',
  created_at: `2026-11-22T10:${String(createdMinute).padStart(2, '0')}:00.000Z`,
  last_activity: `2026-11-22T10:${String(minute).padStart(2, '0')}:00.000Z`,
  chat_messages: rev,
  user_queries: 0,
  agent_id: 'librarian',
  agent_name: 'Librarian',
  title: '',
  is_active: true,
  running: false,
  newest_turn: null,
  imported_at: null,
  rev,
});
const page = (rows: AdminSessionRow[], nextCursor: string | null = null): LivePage => ({
  asOf: '2026-11-22T10:30:00.000Z',
  rows,
  total: 10,
  totalExceeded: false,
  nextCursor,
  unsure: false,
  countedAt: '2026-11-22T10:30:00.000Z',
  added: new Set(),
});
const rules = { sort: 'last_activity', limit: 2, first: true } as const;
const ids = ({ rows }: LivePage) => rows.map((each) => each.session_id);

test('a row is applied only if its revision is higher', () => {
  const before = page([row('a', 3, 5)]);
  expect(withRow(before, row('a', 3, 9), rules)).toBe(before);
  expect(withRow(before, row('a', 4, 9), rules).rows[0]?.chat_messages).toBe(4);
});

test('a changed row moves to where it sorts', () => {
  expect(ids(withRow(page([row('a', 1, 5), row('b', 1, 4)]), row('b', 2, 6), rules))).toEqual(['b', 'a']);
});

test('a new session appears and is counted; the page keeps its length', () => {
  const after = withRow(page([row('a', 1, 5), row('b', 1, 4)], 'more'), row('c', 1, 31, 31), rules);
  expect(ids(after)).toEqual(['c', 'a']);
  expect(after.total).toBe(11);
});

test('a new session is counted once, however often it changes and wherever it stands', () => {
  const rule = { ...rules, first: false };
  const after = withRow(withRow(page([]), row('c', 1, 31, 31), rule), row('c', 2, 32, 31), rule);
  expect(after.total).toBe(11);
  expect(withoutRow(after, 'c').total).toBe(10);
});

test('an old session that moves up is shown and not counted again', () => {
  const after = withRow(page([row('a', 1, 5), row('b', 1, 4)], 'more'), row('z', 7, 32, 1), rules);
  expect(ids(after)).toEqual(['z', 'a']);
  expect(after.total).toBe(10);
});

test('a further page only counts what appears', () => {
  const after = withRow(page([row('a', 1, 5)]), row('c', 1, 31, 31), { ...rules, first: false });
  expect([ids(after), after.total]).toEqual([['a'], 11]);
});

test('a session that leaves is taken off; one from elsewhere makes the total unsure', () => {
  const before = page([row('a', 1, 5), row('b', 1, 4)]);
  expect([ids(withoutRow(before, 'a')), withoutRow(before, 'a').total]).toEqual([['b'], 9]);
  expect(withoutRow(before, 'x')).toEqual({ ...before, unsure: true });
});

test('of a list that is shown whole, a session that comes to match is one more, and one less when it goes', () => {
  const whole = { ...page([row('a', 1, 5)]), total: 1 };
  const more = withRow(whole, row('b', 2, 6), rules);
  expect(more).toMatchObject({ total: 2, unsure: false });
  expect(withRow(more, row('b', 3, 7), rules).total).toBe(2);
  expect(withoutRow(more, 'b').total).toBe(1);
  expect(withoutRow(more, 'x')).toBe(more);
});
