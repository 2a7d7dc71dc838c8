import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type OpenAiCompatibleOptions, openAiCompatibleModel } from './chat-completions.ts';
import { ModelError, type ModelPart, type ModelRequest } from './model.ts';
import type { FakeAnswer } from './testing/fake-answers.ts';
import { FakeOpenAiServer } from './testing/fake-openai-server.ts';

let server: FakeOpenAiServer;
beforeEach(async () => {
  server = await FakeOpenAiServer.start();
});
afterEach(() => server.close());

const timeouts = { firstByteMs: 2_000, idleMs: 2_000, pieceMs: 2_000, answerMs: 5_000 };
const ask: ModelRequest = { messages: [{ role: 'user', text: 'How?' }], tools: [] };

function model(options: Partial<OpenAiCompatibleOptions> = {}) {
  return openAiCompatibleModel({
    baseUrl: server.url,
    apiKey: 'sk-secret-key',
    model: 'fake-1',
    timeouts,
    backoffMs: () => 1,
    ...options,
  });
}

async function run(
  request = ask,
  options: Partial<OpenAiCompatibleOptions> = {},
  signal = new AbortController().signal,
) {
  const parts: ModelPart[] = [];
  let error: unknown;
  try {
    for await (const part of model(options).stream(request, signal)) parts.push(part);
  } catch (thrown) {
    error = thrown;
  }
  const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
  return { parts, text, error };
}

async function failure(answer: FakeAnswer, options: Partial<OpenAiCompatibleOptions> = {}): Promise<ModelError> {
  server.always(answer);
  const { error } = await run(ask, options);
  if (!(error instanceof ModelError)) throw new Error(`expected a ModelError, got ${String(error)}`);
  return error;
}

describe('streaming', () => {
  test('text arrives in pieces, then the usage', async () => {
    server.always({
      text: 'Back it up with one command.',
      pieceDelayMs: 10,
      usage: { prompt_tokens: 12, completion_tokens: 6 },
    });
    const { parts, text } = await run();
    expect(text).toBe('Back it up with one command.');
    expect(parts.filter((part) => part.type === 'text').length).toBeGreaterThan(3);
    expect(parts.at(-1)).toEqual({ type: 'finish', usage: { input_tokens: 12, output_tokens: 6 } });
    expect(server.requests[0]?.headers.authorization).toBe('Bearer sk-secret-key');
  });

  test('parallel tool calls keep their ids and their order', async () => {
    server.always({
      toolCalls: [
        { id: 'call_A', name: 'search_corpora', arguments: '{"query":"backup"}' },
        { id: 'call_B', name: 'list_corpora', arguments: '' },
      ],
    });
    const { parts } = await run();
    expect(parts.filter((part) => part.type === 'tool_call')).toEqual([
      { type: 'tool_call', call: { callId: 'call_A', tool: 'search_corpora', input: { query: 'backup' } } },
      { type: 'tool_call', call: { callId: 'call_B', tool: 'list_corpora', input: {} } },
    ]);
  });

  test('arguments that are no JSON object arrive as malformed, and a __proto__ key as data', async () => {
    server.always({
      toolCalls: [
        { id: 'a', name: 'search_corpora', arguments: '{"query": "back' },
        { id: 'b', name: 'search_corpora', arguments: '[1]' },
        { id: 'c', name: 'search_corpora', arguments: '{"__proto__":{"isAdmin":true}}' },
      ],
    });
    const { parts } = await run();
    const inputs = parts.flatMap((part) => (part.type === 'tool_call' ? [part.call.input] : []));
    expect(inputs[0]).toEqual({ malformed_arguments: '{"query": "back' });
    expect(inputs[1]).toEqual({ malformed_arguments: '[1]' });
    expect(Object.keys(inputs[2] ?? {})).toEqual(['__proto__']);
  });

  test('a character cut in two comes whole; a lone surrogate and U+0000 become U+FFFD', async () => {
    server.always({ pieces: ['a\ud83d', '\ude00b', '\ud83d', 'c', 'd\0e', 'f\ude00', 'g\ud83d'] });
    const { parts, text } = await run();
    expect(text).toBe('a\u{1f600}b\ufffdcd\ufffdef\ufffdg\ufffd');
    for (const part of parts) if (part.type === 'text') expect(part.text.isWellFormed()).toBe(true);
  });

  test('shown text is sent last and gone on from, only where the endpoint can', async () => {
    server.always({ text: 'one two three four', continues: true });
    const request = { ...ask, shownText: 'one two' };
    const continued = await run(request, { continuesText: true });
    expect(continued.parts[0]).toEqual({ type: 'continued' });
    expect(continued.text).toBe(' three four');
    const fresh = await run(request);
    expect(fresh.parts[0]?.type).toBe('text');
    expect(fresh.text).toBe('one two three four');
    expect(server.requests.map((each) => each.body.messages?.at(-1)?.role)).toEqual(['assistant', 'user']);
  });

  test('calls after one another share a connection; one that was closed meanwhile is made anew', async () => {
    server.always({ text: 'one two' });
    for (const expected of [1, 1, 2]) {
      expect((await run(ask, { backoffMs: () => 60_000 })).text).toBe('one two');
      expect(server.connections).toBe(expected);
      if (server.requests.length === 2) server.dropConnections();
    }
  });

  test('an abort ends the stream at once and closes the connection', async () => {
    server.always({ text: 'one two three', stallAfter: 1 });
    const stop = new AbortController();
    const parts: ModelPart[] = [];
    for await (const part of model().stream(ask, stop.signal)) {
      parts.push(part);
      stop.abort();
    }
    expect(parts).toEqual([{ type: 'text', text: 'one' }]);
    await expect.poll(() => server.requests[0]?.aborted).toBe(true);
  });
});

function callOf(id: number, size: number) {
  return { id: `call-${id}`, name: 'search_corpora', arguments: 'x'.repeat(size) };
}

describe('failures', () => {
  test.each([
    [401, 'model_unauthorized', 1],
    [403, 'model_unauthorized', 1],
    [400, 'model_refused_request', 1],
    [404, 'model_refused_request', 1],
    [429, 'model_rate_limited', 3],
    [500, 'model_overloaded', 3],
    [503, 'model_overloaded', 3],
  ] as const)('status %i is %s after %i tries', async (status, code, tries) => {
    const error = await failure({ status, body: '{"error":{"message":"sk-secret-key is wrong"}}' });
    expect(error.code).toBe(code);
    expect(server.requests).toHaveLength(tries);
    expect(`${error.message} ${String(error.cause)}`).not.toContain('sk-secret-key');
  });

  test('a Retry-After up to 20 s is waited for; a longer one is told at once', async () => {
    server.next({ status: 429, headers: { 'retry-after': '0' } }, { status: 503 });
    server.always({ text: 'here' });
    const waited = await run(ask, { backoffMs: () => 0 });
    expect(waited.text).toBe('here');
    server.requests.length = 0;
    const error = await failure({ status: 429, headers: { 'retry-after': '21' } });
    expect(error.retryAfterMs).toBe(21_000);
    expect(server.requests).toHaveLength(1);
  });

  test('an endpoint that is down is unreachable, and its credentials stay secret', async () => {
    const gone = new URL(server.url);
    gone.username = 'someone';
    gone.password = 'hidden-word';
    await server.close();
    const { error } = await run(ask, { baseUrl: gone.href });
    expect(error).toMatchObject({ code: 'model_unreachable', retryable: true });
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toMatch(/hidden-word|sk-secret|127\.0\.0\.1/);
    server = await FakeOpenAiServer.start();
  });

  test('no first byte, and silence after some, are a timeout without another try', async () => {
    const silent = await failure({ firstByteDelayMs: 5_000 }, { timeouts: { ...timeouts, firstByteMs: 60 } });
    expect(silent.code).toBe('model_timeout');
    const stalled = await failure({ text: 'one two', stallAfter: 1 }, { timeouts: { ...timeouts, idleMs: 60 } });
    expect(stalled.code).toBe('model_timeout');
    expect(server.requests).toHaveLength(2);
  });

  test('comment lines keep a slow answer alive, and a slow reader is no silent provider', async () => {
    server.always({ text: 'one two three', comments: 5, pieceDelayMs: 100 });
    let text = '';
    for await (const part of model({ timeouts: { ...timeouts, idleMs: 400 } }).stream(
      ask,
      new AbortController().signal,
    )) {
      if (part.type === 'text') text += part.text;
      await new Promise((resolve) => setTimeout(resolve, 450));
    }
    expect(text).toBe('one two three');
  });

  test('comments without end are no answer: a deadline ends them, and so does their mass', async () => {
    const comment = Buffer.from(`: still thinking\n\n`).toString('base64');
    const calm = await failure(
      { raw: { items: [comment], forever: true }, pieceDelayMs: 10 },
      { timeouts: { ...timeouts, pieceMs: 200 } },
    );
    expect([calm.code, server.requests.length]).toEqual(['model_timeout', 1]);
    const flood = Buffer.from(': noise\n\n'.repeat(50_000)).toString('base64');
    expect((await failure({ raw: { items: [flood], forever: true } })).code).toBe('model_bad_response');
    expect((await failure({ status: 500, raw: { items: [flood], forever: true } })).code).toBe('model_overloaded');
    expect(server.requests).toHaveLength(7);
  });

  test('an answer that trickles is given up at its deadline, and keeps what came', async () => {
    server.always({ text: 'word '.repeat(1_000), pieceDelayMs: 20 });
    const { text, error } = await run(ask, { timeouts: { ...timeouts, answerMs: 300 } });
    expect(error).toMatchObject({ code: 'model_timeout' });
    expect('word '.repeat(1_000).startsWith(text)).toBe(true);
    expect(text.length).toBeGreaterThan(0);
  });

  test('tool calls without end, and arguments without end, are a bad answer', async () => {
    expect((await failure({ toolCalls: [callOf(1, 200_000)] })).code).toBe('model_bad_response');
    expect((await failure({ toolCalls: Array.from({ length: 65 }, (_each, i) => callOf(i, 2)) })).code).toBe(
      'model_bad_response',
    );
  });

  test('a redirect is not followed: what was said goes to nobody else', async () => {
    const other = await FakeOpenAiServer.start({ text: 'from elsewhere' });
    const error = await failure({ status: 307, headers: { location: `${other.url}/chat/completions` } });
    expect([error.code, other.requests.length, server.requests.length]).toEqual(['model_bad_response', 0, 3]);
    await other.close();
  });

  test('a cut in the middle is unreachable with the text before it, and is not tried again', async () => {
    server.always({ text: 'one two three', cutAfter: 2, pieceDelayMs: 5 });
    const { text, error } = await run();
    expect(text).toBe('one two');
    expect(error).toMatchObject({ code: 'model_unreachable' });
    expect(server.requests).toHaveLength(1);
  });

  test('garbage, an end without a finish, and a body that is no stream are bad responses', async () => {
    expect((await failure({ text: 'one two', garbageAfter: 1 })).code).toBe('model_bad_response');
    expect((await failure({ text: 'one two', endsEarly: true })).code).toBe('model_bad_response');
    expect((await failure({ status: 200, body: '<html>hello sk-secret-key</html>' })).code).toBe('model_bad_response');
  });

  test('an error object in the stream is told by its code', async () => {
    const error = await failure({ text: 'one', errorAfter: { pieces: 1, error: { message: 'busy', code: 529 } } });
    expect(error.code).toBe('model_overloaded');
  });
});
