import { expect, test } from 'vitest';
import type { RunningTurn } from '../../../src/contract/now.ts';
import { byAgent, byUser, choicesOf, isShown, readNowSearch } from './now-search.ts';

const turn = (more: Partial<RunningTurn>): RunningTurn => ({
  turn_id: 'turn',
  session_id: 'session',
  title: 'Title',
  username: 'ann',
  agent_id: 'librarian',
  agent_name: 'Librarian',
  instance_id: 'one',
  state: 'running',
  attempt: 1,
  began_at: '2026-11-27T10:00:00.000Z',
  ...more,
});

test('an address says by what is narrowed, and nothing else', () => {
  expect(readNowSearch({ agent: 'a', user: 'ann', server: 'x' })).toEqual({ agent: 'a', user: 'ann', server: 'x' });
  expect(readNowSearch({ agent: '', user: ['3'], page: 'x' })).toEqual({});
});

test('choices are counted, the most frequent first; the one chosen stays when none of it runs', () => {
  const turns = [turn({}), turn({ username: 'bob' }), turn({ username: 'bob' })];
  expect(choicesOf(turns, byUser, undefined).map(({ name, count }) => [name, count])).toEqual([
    ['bob', 2],
    ['ann', 1],
  ]);
  expect(choicesOf([], byAgent, 'gone')).toEqual([{ value: 'gone', name: 'gone', count: 0 }]);
});

test('a turn is shown when it is of all that is chosen', () => {
  expect(isShown(turn({}), {})).toBe(true);
  expect(isShown(turn({}), { agent: 'librarian', user: 'ann', server: 'one' })).toBe(true);
  expect(isShown(turn({}), { agent: 'librarian', user: 'bob' })).toBe(false);
  expect(isShown(turn({ instance_id: null }), { server: 'none' })).toBe(true);
});
