import { expect, test } from 'vitest';
import type { Citation } from '../contract/events.ts';
import { textOf, toResultEvent, toUserEvent } from './adk-events.ts';
import { buildContext, partialAnswer, type StoredTurn } from './build-context.ts';

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

const message = { step: 0, final: true, text: 'Shown so far', citations: [], model: 'm', partial: true };
const usage = { input_tokens: 0, output_tokens: 0 };

test('what was shown of an answer that did not end is said by its agent, before the next message', () => {
  const partial = partialAnswer('librarian', { ...message, usage });
  const { history } = buildContext([turn(2, 'go on'), { ...turn(1, 'a'), ...(partial && { partial }) }], 1_000);
  expect(history.map((event) => [event.author, textOf(event)])).toEqual([
    ['user', 'a'],
    ['librarian', 'Shown so far'],
    ['user', 'go on'],
  ]);
  expect(history[1]?.content?.role).toBe('model');
});

test('a whole message, the message of a step, and an erased one are no text that broke off', () => {
  for (const other of [{ ...message, usage, partial: false }, { redacted: 'erased', at: '' }, undefined]) {
    expect(partialAnswer('librarian', other)).toBeUndefined();
  }
});

test('the text of an answer that did not end takes its part of the budget', () => {
  const partial = { agentId: 'librarian', text: 'x'.repeat(9_000), citations: [] };
  const { history, omittedTurns } = buildContext([turn(2, 'b'), { ...turn(1, 'a'), partial }], 1_000);
  expect([history.map((event) => event.id), omittedTurns]).toEqual([['e2'], 1]);
});

test('its markers are the numbers by which the model knows the passages; one it does not see goes', () => {
  const passage = {
    n: 7,
    corpus_id: 'c1',
    corpus_name: 'C',
    document_id: 'd',
    document_version: 1,
    document_title: 'Handbook',
    passage_id: 'p7',
    start: 0,
    end: 4,
    heading_path: [],
    text: 'Open',
    score: 1,
  };
  const output = { passages: [passage], note: '' };
  const results = [{ callId: 'x', tool: 'search_corpora', output }];
  const result = toResultEvent({ id: 'r', turnId: 'turn-1', agentId: 'librarian', timestampMs: 1, results });
  const { n: _n, heading_path: _path, text, ...place } = passage;
  const citation = (n: number, passage_id: string): Citation => ({ ...place, n, passage_id, quote: text });
  const partial = {
    agentId: 'librarian',
    text: 'It is open [1], and closed [2].',
    citations: [citation(1, 'p7'), citation(2, 'gone')],
  };
  const { history } = buildContext([turn(2, 'b'), { turnId: 'turn-1', events: [result], partial }], 1_000);
  expect(textOf(history[1] ?? result)).toBe('It is open [7], and closed.');
});
