import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { FakeOpenAiServer } from '../testing/fake-openai-server.ts';
import { createEndpointProbe } from './endpoint-probe.ts';

const apiKey = 'sk-only-in-tests-2026';
const signal = new AbortController().signal;
const probe = createEndpointProbe(systemClock);
let server: FakeOpenAiServer;
beforeEach(async () => {
  server = await FakeOpenAiServer.start({ text: 'ready' });
});
afterEach(() => server.close());

const ask = (model = 'scripted', baseUrl = server.url) => probe.ask({ baseUrl, apiKey }, model, signal);
const list = (baseUrl = server.url) => probe.list({ baseUrl, apiKey }, signal);

test('a model that answers is asked once, with the key and no tools, and its time is told', async () => {
  const { problem, durationMs } = await ask();
  expect(problem).toBeNull();
  expect(durationMs).toBeGreaterThanOrEqual(0);
  expect(server.requests).toHaveLength(1);
  expect(server.requests[0]?.headers['authorization']).toBe(`Bearer ${apiKey}`);
  expect(server.requests[0]?.body).toMatchObject({ model: 'scripted' });
  expect(server.requests[0]?.body.tools).toBeUndefined();
});

describe.each([
  ['a key that is refused', { status: 401 }, 'wrong_key'],
  ['a server that is broken', { status: 500 }, 'failing'],
  ['too many requests', { status: 429 }, 'busy'],
  ['a page of a website', { status: 200, body: '<html>Welcome</html>' }, 'not_readable'],
  ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:9/v1/chat/completions' } }, 'redirected'],
  ['a path where nothing is', { status: 404 }, 'not_found'],
  ['a request that is not liked', { status: 400 }, 'refused'],
  ['silence in place of words', { text: '' }, 'empty_answer'],
] as const)('%s', (_name, answer, problem) => {
  test('is told as what it is, after one request', async () => {
    server.always(answer);
    expect((await ask()).problem).toBe(problem);
    expect(server.requests).toHaveLength(1);
  });
});

test('a model that the endpoint does not have is told from a request that it does not like', async () => {
  server.always({ status: 404, body: '{"error": {"message": "no"}}' });
  server.serves = ['other'];
  expect((await ask('scripted')).problem).toBe('unknown_model');
});

test('nothing that listens, and no host of that name, are told apart', async () => {
  await server.close();
  expect((await ask()).problem).toBe('connection_refused');
  expect((await list()).problem).toBe('connection_refused');
  expect((await ask('scripted', 'http://nowhere.invalid/v1')).problem).toBe('unknown_host');
});

test('speaking TLS to a server that does not is told as that', async () => {
  expect((await ask('scripted', server.url.replace('http:', 'https:'))).problem).toBe('bad_certificate');
});

test.each(['169.254.169.254', '[fe80::1]', '[::ffff:169.254.169.254]', '2852039166', '[fd00:ec2::254]'])(
  'nothing is asked at %s, where clouds hand out credentials',
  async (host) => {
    const at = `http://${host}/v1`;
    expect((await ask('scripted', at)).problem).toBe('forbidden_address');
    expect((await list(at)).problem).toBe('forbidden_address');
  },
);

test('models are listed in order, once each, without names that could be none', async () => {
  server.serves = ['b', 'a', 'b', '', 'two\nlines', 'x'.repeat(300)];
  expect(await list()).toMatchObject({ problem: null, models: ['a', 'b'] });
  expect(server.listings[0]?.authorization).toBe(`Bearer ${apiKey}`);
});

test('a list that sends on elsewhere is not followed, so the key goes nowhere else', async () => {
  const other = await FakeOpenAiServer.start();
  const sending = createServer((_request, response) => {
    response.writeHead(307, { location: `${other.url}/models` });
    response.end();
  });
  await new Promise<void>((resolve) => sending.listen(0, '127.0.0.1', resolve));
  const address = sending.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  try {
    expect((await list(`http://127.0.0.1:${port}`)).problem).toBe('redirected');
    expect(other.connections).toBe(0);
  } finally {
    sending.close();
    await other.close();
  }
});
