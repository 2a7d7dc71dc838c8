import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  listedModels,
  type ModelEndpoint,
  modelEndpoint,
  modelSettings,
  testedModel,
} from '../../src/contract/model-endpoints.ts';
import { nowSnapshot } from '../../src/contract/now.ts';
import { FakeOpenAiServer } from '../../src/models/testing/fake-openai-server.ts';
import { answered, Client, refused } from '../client.ts';
import { queryDatabase } from '../database.ts';
import { GivenServer, openSession } from '../given.ts';
import { endpointBody, newEndpoint } from '../model-endpoints.ts';
import { sharedServer } from '../shared-server.ts';
import { answerOf, ask, send, untilEnded } from '../turns.ts';
import { waitFor } from '../wait-for.ts';

const server = sharedServer({ withModel: true, env: { PERDURE_LOG_LEVEL: 'trace' } });
const key = 'sk-only-in-tests-2026-wxyz';
const path = '/api/admin/models';
let other: FakeOpenAiServer;
beforeEach(async () => {
  other = await FakeOpenAiServer.start({ text: 'From the other.' });
});
afterEach(async () => {
  server().model.always({ text: 'From the environment.' });
  await choose('environment', 'scripted');
  await other.close();
});

const admin = () => server().admin.client;
const read = async () => answered(await admin().get(path), 200, modelSettings);
const added = (more: Partial<ReturnType<typeof endpointBody>> = {}) =>
  newEndpoint(server().admin, { base_url: other.url, key, models: ['other', 'second'], ...more });
const choose = async (endpointId: string, model: string) =>
  expect((await admin().put(`${path}/default`, { endpoint_id: endpointId, model })).status).toBe(204);
const bodyOf = ({ name, base_url, models, continues, version }: ModelEndpoint) => ({
  name,
  base_url,
  models,
  continues,
  version,
});
const answerText = async (url = server().url) => {
  const person = await server().person();
  const there = { ...person, client: new Client(url, person.client.token) };
  const { session_id } = await openSession(there);
  const { answer } = await ask(there, session_id, 'Who answers?');
  return answer?.text;
};

describe('an endpoint that is set in the app', () => {
  test('answers from the next turn on at every instance without a restart, with its key, and the log says so', async () => {
    const another = await server().startAnother();
    server().model.always({ text: 'From the environment.' });
    expect([await answerText(), await answerText(another.url)]).toEqual(Array(2).fill('From the environment.'));
    const endpoint = await added();
    await choose(endpoint.id, 'other');
    for (const url of [server().url, another.url, server().url]) expect(await answerText(url)).toBe('From the other.');
    expect(other.requests[0]?.headers['authorization']).toBe(`Bearer ${key}`);
    const attempts = queryDatabase(
      server().databasePath,
      'select distinct model from turn_attempts order by rowid desc limit 3',
    );
    expect(attempts.map(({ model }) => model)).toEqual(['other', 'scripted']);
    const events = queryDatabase(
      server().databasePath,
      "select json_extract(payload, '$.model') as model from session_events where type = 'agent_message' order by rowid desc limit 1",
    );
    expect(events).toEqual([{ model: 'other' }]);
    await another.kill();
  });

  test('takes over while an answer is under way, which goes on with the model it began with', async () => {
    server().model.always({ tokens: 60, pieceDelayMs: 40 });
    const person = await server().person();
    const { session_id } = await openSession(person);
    const turn = await send(person, session_id, 'Slowly, please.');
    await waitFor('the first words', async () => server().model.requests.at(-1)?.aborted === false);
    const endpoint = await added();
    await choose(endpoint.id, 'other');
    const next = await ask(person, (await openSession(person)).session_id, 'And now?');
    expect(next.answer?.model).toBe('other');
    const log = await untilEnded(person, session_id, turn.turn_id);
    expect(answerOf(log, turn.turn_id)?.model).toBe('scripted');
  });

  test('that fails leaves the failure to its own model, and is told on the page Now and by /readyz', async () => {
    const endpoint = await added({ name: 'Failing one' });
    await choose(endpoint.id, 'other');
    other.always({ status: 401 });
    const person = await server().person();
    const { state, turn } = await ask(person, (await openSession(person)).session_id, 'Who answers?');
    expect(state).toBe('failed');
    const [attempt] = queryDatabase(
      server().databasePath,
      'select model, outcome from turn_attempts where turn_id = ?',
      turn.turn_id,
    );
    expect(attempt).toEqual({ model: 'other', outcome: 'failed' });
    await waitFor('the report', async () => {
      const { instances } = answered(await admin().get('/api/admin/now'), 200, nowSnapshot);
      return instances.some(
        ({ report }) =>
          report?.model.endpoint === 'Failing one' && report.model.code === 'model_unauthorized' && report.other_models,
      );
    });
    const ready = JSON.parse((await server().anonymous.get('/readyz')).text) as { status: string; models: unknown[] };
    expect(ready.status).toBe('ready');
    expect(ready.models[0]).toEqual({ label: 'other', state: 'failing' });
    expect(JSON.stringify(ready)).not.toMatch(/Failing one|127\.0\.0\.1/);
  });

  test('is not the environment’s, which is told without its key and changed by nobody', async () => {
    const [first] = (await read()).endpoints;
    expect(first).toMatchObject({ id: 'environment', is_read_only: true, has_key: false, models: ['scripted'] });
    const body = { ...bodyOf(first as ModelEndpoint), key: 'k' };
    refused(await admin().put(`${path}/endpoints/environment`, body), 404, 'not_found');
    refused(await admin().delete(`${path}/endpoints/environment`), 404, 'not_found');
  });

  test.each(['ftp://x/v1', 'http://name:word@x/v1', 'http://x/v1?key=1', 'http://x/v1#a', 'no address', 'http://'])(
    'has no address like %s',
    async (base_url) => {
      refused(await admin().post(`${path}/endpoints`, { ...endpointBody('x'), base_url }), 400, 'bad_request');
    },
  );

  test.each(['two words', 'line\r\nX-Other: 1', 'ключ'])('has no key that a header would not take: %j', async (bad) => {
    refused(await admin().post(`${path}/endpoints`, { ...endpointBody('x'), key: bad }), 400, 'bad_request');
  });
});

describe('a stored key', () => {
  test('goes to no other scheme, host or port, by no door', async () => {
    const evil = await FakeOpenAiServer.start();
    const endpoint = await added();
    const body = bodyOf(endpoint);
    const elsewhere = [evil.url, other.url.replace('127.0.0.1', 'localhost'), other.url.replace('http:', 'https:')];
    for (const base_url of elsewhere) {
      const saved = await admin().put(`${path}/endpoints/${endpoint.id}`, { ...body, base_url });
      expect(refused(saved, 400, 'bad_request').detail).toMatch(/enter the key again/);
      const tried = { of: endpoint.id, base_url };
      refused(await admin().post(`${path}/test`, { ...tried, model: 'other' }), 400, 'bad_request');
      refused(await admin().post(`${path}/list`, tried), 400, 'bad_request');
    }
    expect(evil.connections).toBe(0);
    expect((await read()).endpoints.find(({ id }) => id === endpoint.id)).toEqual(endpoint);
    const without = await admin().post(`${path}/list`, { of: endpoint.id, base_url: evil.url, key: null });
    expect(answered(without, 200, listedModels).problem).toBeNull();
    const moved = await admin().put(`${path}/endpoints/${endpoint.id}`, {
      ...body,
      base_url: evil.url,
      key: 'another',
    });
    expect(answered(moved, 200, modelEndpoint)).toMatchObject({ version: 2, has_key: true, key_hint: '' });
    const listed = await admin().post(`${path}/list`, { of: endpoint.id });
    expect(answered(listed, 200, listedModels).problem).toBeNull();
    expect(evil.listings.map(({ authorization }) => authorization)).toEqual([undefined, 'Bearer another']);
    await evil.close();
  });

  test('is used by a test of the very endpoint, also at another path of it', async () => {
    const endpoint = await added();
    for (const tried of [{ of: endpoint.id }, { of: endpoint.id, base_url: `${new URL(other.url).origin}/v2` }]) {
      const reply = await admin().post(`${path}/test`, { ...tried, model: 'other' });
      expect(answered(reply, 200, testedModel)).toMatchObject({ problem: null, message: 'other answers.' });
    }
    expect(other.requests.map(({ headers }) => headers['authorization'])).toEqual(Array(2).fill(`Bearer ${key}`));
  });

  test('is in no answer, log, audit record, export, metric or file of the store, right or wrong', async () => {
    const endpoint = await added();
    expect(endpoint).toMatchObject({ has_key: true, key_hint: 'wxyz' });
    await choose(endpoint.id, 'other');
    other.always({ status: 401, body: JSON.stringify({ error: { message: `Wrong key: ${key}` } }) });
    const failed = answered(await admin().post(`${path}/test`, { of: endpoint.id, model: 'other' }), 200, testedModel);
    expect(failed).toMatchObject({ problem: 'wrong_key', message: 'The endpoint refused the key.' });
    const person = await server().person();
    const { log } = await ask(person, (await openSession(person)).session_id, 'Who answers?');
    const texts = {
      settings: (await admin().get(path)).text,
      log: JSON.stringify(log),
      audit: (await admin().get('/api/admin/audit')).text,
      'audit export': (await admin().get('/api/admin/audit/export?format=csv')).text,
      metrics: (await server().anonymous.get('/metrics')).text,
      readiness: (await server().anonymous.get('/readyz')).text,
      refusal: (await admin().post(`${path}/endpoints`, { ...endpointBody('x'), key, other: key })).text,
      process: server().process.log,
    };
    for (const [place, text] of Object.entries(texts)) expect(text, place).not.toContain(key);
    const files = readdirSync(server().dataDir).filter((name) => name.startsWith('perdure.db'));
    expect(files.length).toBeGreaterThan(0);
    for (const name of files) expect(readFileSync(join(server().dataDir, name)).includes(key), name).toBe(false);
  });
});

test('a name and password in the environment’s address are shown to nobody', async () => {
  const base_url = 'http://operator:s3cret-word@127.0.0.1:9/v1';
  await using own = await GivenServer.start({ env: { PERDURE_MODEL_BASE_URL: base_url, PERDURE_MODEL: 'm' } });
  const { client } = own.admin;
  const { endpoints } = answered(await client.get(path), 200, modelSettings);
  expect(endpoints).toMatchObject([{ base_url: 'http://127.0.0.1:9/v1', has_key: true }]);
  const elsewhere = { of: 'environment', base_url: other.url };
  refused(await client.post(`${path}/list`, elsewhere), 400, 'bad_request');
  refused(await client.post(`${path}/test`, { ...elsewhere, model: 'm' }), 400, 'bad_request');
  const failed = answered(await client.post(`${path}/test`, { of: 'environment', model: 'm' }), 200, testedModel);
  expect(failed.problem).toBe('connection_refused');
  expect(`${own.process.log}${failed.message}`).not.toContain('s3cret-word');
  expect(other.connections).toBe(0);
});
