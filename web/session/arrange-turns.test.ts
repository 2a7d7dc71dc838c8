import { expect, test } from 'vitest';
import type { TurnView } from '../../src/contract/fold.ts';
import { type ArrangedTurn, arrangeTurns } from './arrange-turns.ts';
import { turnNote } from './turn-words.ts';

type Place = { parent?: string; replaces?: string; text?: string };

const turn = (turnId: string, { parent, replaces, text = turnId }: Place = {}): TurnView => ({
  turnId,
  seq: 1,
  clientTurnId: turnId,
  authorUserId: 'u',
  text,
  at: '2026-11-22T10:00:00.000Z',
  state: 'done',
  attempt: 1,
  corpora: [],
  parentTurnId: parent ?? null,
  replacesTurnId: replaces ?? null,
  steps: [],
});

const idsOf = (turns: ArrangedTurn[]) => turns.map(({ turn: { turnId } }) => turnId);

/** a, then b answered twice (b, B), then b edited (c); d goes on from b. */
const session = [
  turn('a'),
  turn('b', { parent: 'a', text: 'b' }),
  turn('B', { parent: 'a', replaces: 'b', text: 'b' }),
  turn('c', { parent: 'a', replaces: 'B' }),
  turn('d', { parent: 'b' }),
];

test('the branch with the newest turn is shown, with what stands beside each of its turns', () => {
  const { turns, isNewest } = arrangeTurns(session);
  expect(idsOf(turns)).toEqual(['a', 'b', 'd']);
  expect(isNewest).toBe(true);
  expect(turns[1]).toMatchObject({
    messages: { turnIds: ['b', 'c'], at: 0 },
    answers: { turnIds: ['b', 'B'], at: 0 },
  });
  expect(turns[0]?.messages.turnIds).toEqual(['a']);
});

test('a chosen turn is shown with the newest that goes on from it', () => {
  const edited = arrangeTurns(session, { chosen: 'c' });
  expect(idsOf(edited.turns)).toEqual(['a', 'c']);
  expect(edited.isNewest).toBe(false);
  expect(edited.turns[1]).toMatchObject({
    // Back at the other text, the answer that went on is shown.
    messages: { turnIds: ['b', 'c'], at: 1 },
    answers: { turnIds: ['c'], at: 0 },
  });
  expect(idsOf(arrangeTurns(session, { chosen: 'B' }).turns)).toEqual(['a', 'B']);
  expect(arrangeTurns(session, { chosen: 'a' })).toEqual(arrangeTurns(session));
  expect(arrangeTurns(session, { chosen: 'unknown' })).toEqual(arrangeTurns(session));
});

test('a place keeps its key, whichever version is shown there', () => {
  const [B, c, d] = ['B', 'c', 'd'].map((chosen) => arrangeTurns(session, { chosen }).turns.map(({ key }) => key));
  expect(B).toEqual(c);
  expect(new Set(d).size).toBe(3);
});

test('turns of a session that never branched follow one another, and its first message can be edited', () => {
  const turns = [turn('a'), turn('b'), turn('A', { replaces: 'a' })];
  expect(idsOf(arrangeTurns(turns.slice(0, 2)).turns)).toEqual(['a', 'b']);
  expect(idsOf(arrangeTurns(turns).turns)).toEqual(['A']);
  expect(idsOf(arrangeTurns(turns, { chosen: 'a' }).turns)).toEqual(['a', 'b']);
});

test('a branch whose beginning is not loaded is shown from where it is', () => {
  const turns = [turn('y', { parent: 'x' }), turn('z', { parent: 'y' }), turn('w', { parent: 'v' })];
  expect(idsOf(arrangeTurns(turns).turns)).toEqual(['w']);
  expect(idsOf(arrangeTurns(turns, { chosen: 'y' }).turns)).toEqual(['y', 'z']);
});

test('a turn whose replacement is still being sent is not shown, nor what followed it', () => {
  expect(idsOf(arrangeTurns(session, { replacedSoon: new Set(['b']) }).turns)).toEqual(['a']);
});

test('a failed turn says why in words and can be tried again', () => {
  const failed = turnNote({ ...turn('a'), state: 'failed', code: 'model_unreachable' });
  expect(failed).toMatchObject({ tone: 'problem', canTryAgain: true });
  expect(failed?.words).toContain('cannot be reached');
  expect(turnNote({ ...turn('a'), state: 'failed', code: 'strange' })?.words).toContain('strange');
  expect(turnNote({ ...turn('a'), state: 'running', attempt: 2 })?.words).toBe('Continued after a restart');
  expect(turnNote(turn('a'))).toBeUndefined();
});
