import { expect, test } from 'vitest';
import { systemClock } from '../clock.ts';
import { createSealing } from '../sealing.ts';
import { type EndpointAccess, type EndpointSettings, keyPlace, type ModelChoices } from './endpoints.ts';
import { type Model, ModelError } from './model.ts';
import { createServingModels, type ServingPorts } from './serving-models.ts';

const sealing = createSealing('only in tests: nobody guesses this, it is long enough');
const plain = (label: string): Model => ({
  label,
  contextTokens: 100,
  async *stream() {
    yield { type: 'text', text: label };
  },
});

function endpoint(more: Partial<EndpointSettings> = {}): EndpointSettings {
  const made = { id: 'one', name: 'One', baseUrl: 'https://one.example/v1', models: ['small'], continues: false };
  return { ...made, sealedKey: null, version: 1, ...more };
}

async function given(choices: ModelChoices, environment?: Model, more: Partial<ServingPorts> = {}) {
  const opened: (EndpointAccess & { model: string })[] = [];
  const state = { choices };
  const models = await createServingModels({
    clock: systemClock,
    sealing,
    readChoices: () => Promise.resolve(state.choices),
    environment,
    quotes: plain('quotes'),
    open({ continuesText: _, ...at }) {
      opened.push(at);
      return Promise.resolve(at.model === 'broken' ? broken : plain(at.model));
    },
    ...more,
  });
  return { models, opened, state };
}

const broken: Model = {
  ...plain('broken'),
  stream: () => ({
    [Symbol.asyncIterator]: () => ({
      next: () => Promise.reject(new ModelError('model_overloaded', 'No.', { retryable: true })),
    }),
  }),
};
const chosen = { endpointId: 'one', model: 'small' };

async function ask(model: Model): Promise<string> {
  let text = '';
  for await (const part of model.stream({ messages: [], tools: [] }, new AbortController().signal)) {
    if (part.type === 'text') text += part.text;
  }
  return text;
}

test('a turn that begins after a change has what is set then, and one that runs goes on with what it had', async () => {
  const { models, state, opened } = await given({ endpoints: [], chosen: undefined });
  const before = await models.forTurn();
  expect(before.label).toBe('quotes');
  state.choices = { endpoints: [endpoint()], chosen };
  expect((await models.forTurn()).label).toBe('small');
  expect(models.latest().label).toBe('small');
  expect(await ask(before)).toBe('quotes');
  await models.forTurn();
  expect(opened, 'opened once while it stays as it is').toHaveLength(1);
  state.choices = { endpoints: [endpoint({ version: 2, baseUrl: 'https://two.example/v1' })], chosen };
  await models.forTurn();
  expect(opened.map(({ baseUrl }) => baseUrl)).toEqual(['https://one.example/v1', 'https://two.example/v1']);
});

test('a key is opened for its endpoint, and for no other scheme, host or port, whatever stands in the row', async () => {
  const sealedKey = sealing.seal(keyPlace('one', 'https://one.example/v1'), 'sk-secret');
  const { opened } = await given({ endpoints: [endpoint({ sealedKey })], chosen });
  expect(opened.map(({ apiKey }) => apiKey)).toEqual(['sk-secret']);
  for (const forged of [{ baseUrl: 'https://evil.example/v1' }, { baseUrl: 'http://one.example/v1' }, { id: 'two' }]) {
    const moved = endpoint({ sealedKey, ...forged });
    const { models, opened: none } = await given({ endpoints: [moved], chosen: { ...chosen, endpointId: moved.id } });
    await expect(ask(await models.forTurn())).rejects.toMatchObject({ code: 'model_unauthorized' });
    expect(none, 'nothing is asked at all').toEqual([]);
  }
});

test('every model that was asked has its health, the default first, until its endpoint is another', async () => {
  const two = endpoint({ id: 'two', name: 'Two', models: ['broken'] });
  const { models, state } = await given({ endpoints: [endpoint(), two], chosen }, plain('env'));
  const told = () => models.health().map(({ label, endpoint: at, state: how }) => [label, at, how]);
  expect(told()).toEqual([['small', 'One', 'unasked']]);
  await ask(await models.forTurn());
  await ask(await models.forTurn('broken')).catch(() => undefined);
  expect(told()).toEqual([
    ['small', 'One', 'answering'],
    ['broken', 'Two', 'failing'],
  ]);
  expect(await ask(await models.forTurn('env'))).toBe('env');
  expect(told()).toHaveLength(3);
  state.choices = { endpoints: [endpoint(), { ...two, version: 2 }], chosen };
  await models.forTurn();
  expect(told().map(([label]) => label)).toEqual(['small', 'env']);
});

test('a name that no endpoint lists is asked for at the environment’s, and is forgotten when nobody asked for an hour', async () => {
  let ms = 0;
  const asked: string[] = [];
  const { models } = await given({ endpoints: [], chosen: undefined }, plain('env'), {
    clock: { ...systemClock, monotonicMs: () => ms },
    async openOfEnvironment(name) {
      asked.push(name);
      return name === 'mistyped' ? broken : plain(name);
    },
  });
  expect(await ask(await models.forTurn('large'))).toBe('large');
  await ask(await models.forTurn('mistyped')).catch(() => undefined);
  ms += 3_000_000;
  await models.forTurn('large');
  expect(asked, 'each is opened once').toEqual(['large', 'mistyped']);
  const told = () => models.health().map(({ label, state }) => [label, state]);
  expect(told()).toContainEqual(['broken', 'failing']);
  ms += 3_000_000;
  await models.forTurn();
  expect(told()).toEqual([
    ['env', 'unasked'],
    ['large', 'answering'],
  ]);
});
