import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ModelPart } from '../model.ts';
import { Answer } from './answer.ts';

type Delta = Record<string, unknown>;
const line = (json: unknown) => `data: ${JSON.stringify(json)}\n\n`;
const said = (...deltas: Delta[]) => deltas.map((delta) => line({ choices: [{ index: 0, delta }] })).join('');
const finish = line({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
const done = 'data: [DONE]\n\n';
const called = (delta: Delta) => ({ tool_calls: [delta] });

/** All parts, with neighbouring text joined, and what could not be read. */
function read(...texts: string[]): { parts: ModelPart[]; failure: unknown; isOver: boolean } {
  const answer = new Answer({ continues: false, secrets: [] });
  const parts: ModelPart[] = [];
  const add = (part: ModelPart) => {
    const last = parts.at(-1);
    if (part.type === 'text' && last?.type === 'text') last.text += part.text;
    else parts.push({ ...part });
  };
  for (const text of texts) if (!answer.isOver && answer.failure === undefined) answer.push(text).forEach(add);
  if (!answer.isOver && answer.failure === undefined) answer.end().forEach(add);
  return { parts, failure: answer.failure, isOver: answer.isOver };
}

const callsOf = (...deltas: Delta[]) =>
  read(said(...deltas.map(called)), finish).parts.flatMap((part) => (part.type === 'tool_call' ? [part.call] : []));

test('however the text is cut, the answer is the same', () => {
  const whole = [
    ': hello\n\n',
    said({ role: 'assistant', content: '' }, { content: 'Grüße, ' }, { content: '\u{1f600}!\n' }),
    said(called({ index: 0, id: 'a', function: { name: 'search', arguments: '{"q"' } })),
    said(called({ index: 0, function: { arguments: ':1}' } })),
    finish,
    line({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 4 } }),
    done,
  ].join('');
  const expected = read(whole);
  expect(expected.parts).toEqual([
    { type: 'text', text: 'Grüße, \u{1f600}!\n' },
    { type: 'tool_call', call: { callId: 'a', tool: 'search', input: { q: 1 } } },
    { type: 'finish', usage: { input_tokens: 3, output_tokens: 4 } },
  ]);
  const cuts = fc.array(fc.integer({ min: 0, max: whole.length }), { maxLength: 40 });
  fc.assert(
    fc.property(cuts, (drawn) => {
      const places = [0, ...drawn.toSorted((a, b) => a - b), whole.length];
      const texts = places.slice(1).map((place, index) => whole.slice(places[index], place));
      expect(read(...texts)).toEqual(expected);
    }),
  );
});

test('it is over with [DONE], and without one at the end of the stream; a last line needs no end', () => {
  expect(read(said({ content: 'a' }), finish, done, said({ content: 'b' })).isOver).toBe(true);
  expect(read(said({ content: 'a' }), finish.trimEnd()).parts.at(-1)?.type).toBe('finish');
});

test('what came before something unreadable is kept', () => {
  const { parts, failure } = read(`${said({ content: 'a' })}data: {"choices"\n\n${finish}`);
  expect(parts).toEqual([{ type: 'text', text: 'a' }]);
  expect(failure).toBeInstanceOf(SyntaxError);
});

test.each([
  ['under its name', { error: { message: 'busy', code: 503 } }, 'model_overloaded'],
  ['as a word', { error: 'out of memory' }, 'model_bad_response'],
  ['as the chunk itself', { object: 'error', message: 'too long', code: 400 }, 'model_refused_request'],
])('an error %s is told by its code', (_name, chunk, code) => {
  expect(read(line(chunk)).failure).toMatchObject({ code });
});

test('text comes as lists of parts too, a refusal is an answer, and thought is none', () => {
  const list = [
    { type: 'thinking', thinking: 'hm' },
    { type: 'text', text: 'a' },
  ];
  const answer = read(said({ reasoning_content: 'hm' }, { content: list }, { refusal: 'I must not.' }), finish);
  expect(answer.parts[0]).toEqual({ type: 'text', text: 'aI must not.' });
});

describe('tool calls', () => {
  const [one, two] = [
    { callId: 'a', tool: 'search', input: { q: 1 } },
    { callId: 'b', tool: 'list', input: {} },
  ];

  test('in pieces, side by side', () => {
    expect(
      callsOf(
        { index: 0, id: 'a', function: { name: 'search', arguments: '' } },
        { index: 1, id: 'b', function: { name: 'list', arguments: '' } },
        { index: 0, function: { arguments: '{"q"' } },
        { index: 1, function: { arguments: '{}' } },
        { index: 0, function: { arguments: ':1}' } },
      ),
    ).toEqual([one, two]);
  });

  test('with an id in every piece, late, or under one index for several', () => {
    expect(
      callsOf(
        { index: 0, id: 'a', function: { name: 'search', arguments: '{"q"' } },
        { index: 0, id: 'a', function: { arguments: ':1}' } },
        { index: 0, id: 'b', function: { name: 'list', arguments: '{}' } },
      ),
    ).toEqual([one, two]);
    expect(
      callsOf(
        { index: 0, function: { name: 'search', arguments: '{"q"' } },
        { index: 0, id: 'a', function: { arguments: ':1}' } },
      ),
    ).toEqual([one]);
  });

  test('without an index, whole or in pieces', () => {
    expect(
      callsOf(
        { id: 'a', function: { name: 'search', arguments: '{"q"' } },
        { function: { arguments: ':1}' } },
        { id: 'b', function: { name: 'list', arguments: '{}' } },
      ),
    ).toEqual([one, two]);
  });

  test('without an id they get one each', () => {
    const calls = callsOf(
      { function: { name: 'search', arguments: '{"q":1}' } },
      { function: { name: 'list', arguments: '{}' } },
    );
    expect(calls).toMatchObject([{ tool: 'search' }, { tool: 'list' }]);
    expect(new Set(calls.map(({ callId }) => callId)).size).toBe(2);
    expect(calls.every(({ callId }) => callId !== '')).toBe(true);
  });

  test('a call of nothing is none', () => {
    expect(callsOf({ index: 0, id: 'a', function: { arguments: '{}' } })).toEqual([]);
  });
});
