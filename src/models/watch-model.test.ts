import { expect, test } from 'vitest';
import { systemClock } from '../clock.ts';
import { type Model, ModelError, type ModelErrorCode, type ModelPart } from './model.ts';
import { watchModel } from './watch-model.ts';

const finish: ModelPart = { type: 'finish', usage: { input_tokens: 1, output_tokens: 1 } };

/** One that does next what it is told: answers, or fails with a code. */
function given() {
  let next: ModelErrorCode | undefined;
  const model: Model = {
    label: 'given',
    contextTokens: 100,
    async *stream() {
      if (next) throw new ModelError(next, 'No.', { retryable: false });
      yield { type: 'text', text: 'Yes.' };
      yield finish;
    },
  };
  let ms = Date.parse('2026-11-27T10:00:00.000Z');
  const clock = { ...systemClock, now: () => new Date((ms += 1_000)).toISOString() };
  const watched = watchModel(model, clock);
  return {
    ...watched,
    async ask(code?: ModelErrorCode, signal = new AbortController().signal): Promise<ModelPart[]> {
      next = code;
      const parts: ModelPart[] = [];
      for await (const part of watched.model.stream({ messages: [], tools: [] }, signal)) parts.push(part);
      return parts;
    },
  };
}

test('a model that was not asked is neither well nor ill, and passes on every part once it is', async () => {
  const { ask, health, model } = given();
  expect(health()).toEqual({ state: 'unasked', at: null, failingSince: null, code: null });
  expect(await ask()).toEqual([{ type: 'text', text: 'Yes.' }, finish]);
  expect(health()).toMatchObject({ state: 'answering', at: '2026-11-27T10:00:01.000Z' });
  expect([model.label, model.contextTokens]).toEqual(['given', 100]);
});

test('it fails since the first failure, with the code of the latest, until it answers', async () => {
  const { ask, health } = given();
  await expect(ask('model_unreachable')).rejects.toThrow('No.');
  await expect(ask('model_timeout')).rejects.toThrow('No.');
  expect(health()).toEqual({
    state: 'failing',
    at: '2026-11-27T10:00:02.000Z',
    failingSince: '2026-11-27T10:00:01.000Z',
    code: 'model_timeout',
  });
  await ask();
  expect(health()).toMatchObject({ state: 'answering', failingSince: null, code: null });
});

test('a request that it refused was answered, and what was given up says nothing', async () => {
  const { ask, health } = given();
  const givenUp = AbortSignal.abort();
  await expect(ask('model_unreachable', givenUp)).rejects.toThrow();
  expect(health().state).toBe('unasked');
  await expect(ask('model_refused_request')).rejects.toThrow();
  expect(health().state).toBe('answering');
});
