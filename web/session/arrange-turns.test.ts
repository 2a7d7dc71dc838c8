import { expect, test } from 'vitest';
import type { TurnView } from '../../src/contract/fold.ts';
import { arrangeTurns } from './arrange-turns.ts';
import { turnNote } from './turn-words.ts';

const turn = (turnId: string, replacesTurnId: string | null = null): TurnView => ({
  turnId,
  clientTurnId: turnId,
  authorUserId: 'u',
  text: turnId,
  at: '2026-11-22T10:00:00.000Z',
  state: 'done',
  attempt: 1,
  corpora: [],
  parentTurnId: null,
  replacesTurnId,
  steps: [],
});

test('a turn tried again stands where its last try stands, with the earlier ones under it', () => {
  const arranged = arrangeTurns([turn('a'), turn('b'), turn('c', 'a'), turn('d', 'c')]);
  expect(arranged.map(({ turn: { turnId }, earlier }) => [turnId, earlier.map((each) => each.turnId)])).toEqual([
    ['b', []],
    ['d', ['a', 'c']],
  ]);
});

test('a turn whose next try is still being sent is not shown beside it', () => {
  expect(arrangeTurns([turn('a')], new Set(['a']))).toEqual([]);
});

test('a failed turn says why in words and can be tried again', () => {
  const failed = turnNote({ ...turn('a'), state: 'failed', code: 'model_unreachable' });
  expect(failed).toMatchObject({ tone: 'problem', canTryAgain: true });
  expect(failed?.words).toContain('cannot be reached');
  expect(turnNote({ ...turn('a'), state: 'failed', code: 'strange' })?.words).toContain('strange');
  expect(turnNote({ ...turn('a'), state: 'running', attempt: 2 })?.words).toBe('Continued after a restart');
  expect(turnNote(turn('a'))).toBeUndefined();
});
