import { expect, test } from 'vitest';
import { textOf, toResultEvent, toUserEvent } from './adk-events.ts';
import { buildContext, type StoredTurn } from './build-context.ts';

const turn = (n: number, text: string): StoredTurn => ({
  turnId: `turn-${n}`,
  events: [toUserEvent({ id: `e${n}`, turnId: `turn-${n}`, text, timestampMs: n })],
});

test('whole turns that fit are kept, newest first, and given oldest first', () => {
  const turns = [turn(3, 'c'.repeat(400)), turn(2, 'b'.repeat(400)), turn(1, 'a'.repeat(400))];
  const { history, omittedTurns } = buildContext(turns, 200, { olderTurns: 7 });
  expect(history.map((event) => event.invocationId)).toEqual(['turn-2', 'turn-3']);
  expect(omittedTurns).toBe(8);
});

test('a turn that does not fit hides all before it: there are no holes', () => {
  const turns = [turn(3, 'c'), turn(2, 'b'.repeat(9_000)), turn(1, 'a')];
  expect(buildContext(turns, 1_000).history.map((event) => event.id)).toEqual(['e3']);
});

test('the current turn is always there; the middle of a huge message is left out and said so', () => {
  const { history, omittedTurns } = buildContext([turn(2, `start ${'x'.repeat(50_000)} end`), turn(1, 'a')], 2_000);
  const text = history.slice(-1).map(textOf).join('');
  expect(text).toMatch(/^start x+/);
  expect(text).toContain('was left out');
  expect(text).toMatch(/x+ end$/);
  expect(text.length).toBeLessThanOrEqual(4_000);
  expect([history.length, omittedTurns]).toEqual([2, 0]);
});

test('a character is not cut in two', () => {
  const { history } = buildContext([turn(1, '\u{1f600}'.repeat(5_000))], 1_001);
  expect(history.map(textOf).join('').isWellFormed()).toBe(true);
});

test('passages of a corpus the author may no longer read lose their text and ids', () => {
  const passage = { n: 3, corpus_id: 'c9', passage_id: 'p9', document_title: 'Salaries', text: 'Secret' };
  const open = { n: 4, corpus_id: 'c1', passage_id: 'p1', document_title: 'Handbook', text: 'Open' };
  const results = [{ callId: 'x', tool: 'search_corpora', output: { passages: [passage, open], note: '' } }];
  const result = toResultEvent({ id: 'r', turnId: 'turn-1', agentId: 'librarian', timestampMs: 1, results });
  const { history } = buildContext([turn(2, 'b'), { turnId: 'turn-1', events: [result] }], 1_000, {
    canRead: (corpusId) => corpusId !== 'c9',
  });
  const json = JSON.stringify(history);
  expect(json).toContain('[no longer accessible]');
  expect(json).toContain('Open');
  expect(json).not.toMatch(/Secret|Salaries|p9/);
  expect(JSON.stringify(result)).toContain('Secret');
});
