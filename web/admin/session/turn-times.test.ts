import { expect, test } from 'vitest';
import type { TurnAttempt } from '../../../src/contract/admin-session.ts';
import { firstTextMs, spanWords, tookMs, waitedMs } from './turn-times.ts';

const attempt: TurnAttempt = {
  attempt: 1,
  instance_id: 'one',
  started_at: '2026-11-27T10:00:01.000Z',
  first_text_at: '2026-11-27T10:00:01.250Z',
  ended_at: null,
  model: 'm',
  input_tokens: 0,
  output_tokens: 0,
  outcome: null,
};

test.each([
  [-3, '0 ms'],
  [240, '240 ms'],
  [3_449, '3.4 s'],
  [59_400, '59 s'],
  [125_000, '2 min 5 s'],
])('%i ms are %s', (ms, words) => expect(spanWords(ms)).toBe(words));

test('what has not happened yet took no time', () => {
  expect(firstTextMs(attempt)).toBe(250);
  expect(tookMs(attempt)).toBeUndefined();
  expect(firstTextMs({ ...attempt, first_text_at: null })).toBeUndefined();
  expect(tookMs({ ...attempt, ended_at: '2026-11-27T10:00:04.000Z' })).toBe(3_000);
});

test('a turn waits from its question to its first attempt', () => {
  const turn = {
    turn_id: 'turn',
    turn_no: 1,
    state: 'queued' as const,
    code: null,
    username: 'ann',
    agent_name: 'Librarian',
    agent_version: 1,
    asked_at: '2026-11-27T10:00:00.000Z',
    changed_at: '2026-11-27T10:00:00.000Z',
    replaces_turn_no: null,
    tools: [],
  };
  expect(waitedMs({ ...turn, attempts: [] })).toBeUndefined();
  expect(waitedMs({ ...turn, attempts: [attempt] })).toBe(1_000);
});
