import { expect, test } from 'vitest';
import type { SessionRow } from '../../src/contract/sessions.ts';
import { LiveRows, mergeRows } from './live-rows.ts';

const row = (id: string, rev: number, minute: number): SessionRow => ({
  session_id: id,
  username: 'alice',
  created_at: '2026-11-22T10:00:00.000Z',
  last_activity: `2026-11-22T10:${String(minute).padStart(2, '0')}:00.000Z`,
  title: `rev ${rev}`,
  agent: { id: 'librarian', name: 'Librarian' },
  corpora: [],
  chat_messages: 0,
  user_queries: 0,
  is_active: true,
  archived: false,
  pinned: false,
  last_seq: 0,
  running: false,
  imported_at: null,
  rev,
});

test('the higher revision wins, whichever way it came', () => {
  const live = new LiveRows();
  live.hear({ kind: 'row', row: row('a', 3, 1) });
  live.hear({ kind: 'row', row: row('a', 2, 9) });
  expect(mergeRows([row('a', 1, 1)], live.getState(), false).map((each) => each.rev)).toEqual([3]);
  expect(mergeRows([row('a', 4, 1)], live.getState(), false).map((each) => each.rev)).toEqual([4]);
});

test('a row that appears live is listed by its activity, but not into a search', () => {
  const live = new LiveRows();
  live.hear({ kind: 'row', row: row('b', 1, 5) });
  expect(mergeRows([row('a', 1, 1)], live.getState(), false).map((each) => each.session_id)).toEqual(['b', 'a']);
  expect(mergeRows([row('a', 1, 1)], live.getState(), true).map((each) => each.session_id)).toEqual(['a']);
});

test('a session that is gone stays away from a stale page, and comes back when it is restored', () => {
  const live = new LiveRows();
  live.hear({ kind: 'gone', sessionId: 'a' });
  expect(mergeRows([row('a', 1, 1)], live.getState(), false)).toEqual([]);
  live.hear({ kind: 'row', row: row('a', 2, 1) });
  expect(mergeRows([], live.getState(), false)).toHaveLength(1);
});
