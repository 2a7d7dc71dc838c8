import { beforeAll, expect, test } from 'vitest';
import type { FakeAnswer } from '../../src/models/testing/fake-answers.ts';
import { FakeOpenAiServer } from '../../src/models/testing/fake-openai-server.ts';
import { GivenServer, openSession, type Person } from '../given.ts';
import { checkInvariants } from '../invariants.ts';
import { sharedServer, slowStartMs } from '../shared-server.ts';
import { ask, stateOf } from '../turns.ts';

const server = sharedServer({ withModel: true, env: { PERDURE_MODEL_API_KEY: 'sk-the-secret-key' } });
let alice: Person;
beforeAll(async () => {
  alice = await server().person();
});

type Fault = { name: string; answer: FakeAnswer; code: string; kept?: string };
const text = 'one two three four five six';

const faults: readonly Fault[] = [
  {
    name: 'refuses the key',
    answer: { status: 401, body: '{"error":"key sk-the-secret-key"}' },
    code: 'model_unauthorized',
  },
  { name: 'is not allowed', answer: { status: 403 }, code: 'model_unauthorized' },
  { name: 'does not know the model', answer: { status: 404 }, code: 'model_refused_request' },
  { name: 'has no more requests', answer: { status: 429 }, code: 'model_rate_limited' },
  { name: 'is broken', answer: { status: 500, body: '<html>oops</html>' }, code: 'model_overloaded' },
  { name: 'answers with a web page', answer: { status: 200, body: '<html>hello</html>' }, code: 'model_bad_response' },
  { name: 'answers nothing', answer: { text: '' }, code: 'model_bad_response' },
  { name: 'is cut before it begins', answer: { text, cutAfter: 0 }, code: 'model_unreachable' },
  { name: 'is cut in the middle', answer: { text, cutAfter: 3 }, code: 'model_unreachable', kept: 'one two three' },
  {
    name: 'sends garbage in the middle',
    answer: { text, garbageAfter: 3 },
    code: 'model_bad_response',
    kept: 'one two three',
  },
  { name: 'ends early', answer: { text, endsEarly: true }, code: 'model_bad_response', kept: text },
  {
    name: 'sends an error in the middle',
    answer: { text, errorAfter: { pieces: 3, error: { message: 'sk-the-secret-key is bad', code: 500 } } },
    code: 'model_overloaded',
    kept: 'one two three',
  },
];

test.each(faults)('a model that $name fails the turn as $code, and nothing else', async ({ answer, code, kept }) => {
  const { session_id } = await openSession(alice);
  const { pid } = server().process;
  server().model.always(answer);
  const { log, state, answer: message, turn } = await ask(alice, session_id, 'hello');
  expect([state, stateOf(log, turn.turn_id)?.code]).toEqual(['failed', code]);
  if (kept === undefined) expect(message).toBeUndefined();
  else {
    expect(message).toMatchObject({ partial: true, final: true });
    expect(kept.startsWith(message?.text ?? '-')).toBe(true);
  }
  expect(JSON.stringify(log)).not.toContain('secret-key');
  expect(server().process.log).not.toContain('secret-key');

  server().model.always({ text: 'well again' });
  const next = await ask(alice, session_id, 'and now?');
  expect([next.state, next.answer?.text]).toEqual(['done', 'well again']);
  expect([server().process.isAlive, server().process.pid]).toEqual([true, pid]);
  await checkInvariants(server().databasePath);
});

test('a model that stumbles once is asked again, and the answer is there once', async () => {
  const { session_id } = await openSession(alice);
  server().model.always({ text: 'in the end' });
  server().model.next({ status: 503 });
  const { state, answer } = await ask(alice, session_id, 'hello');
  expect([state, answer?.text]).toEqual(['done', 'in the end']);
});

test('a slow model is waited for', async () => {
  const { session_id } = await openSession(alice);
  server().model.next({ text: 'slow but sure', firstByteDelayMs: 1_200, comments: 2, pieceDelayMs: 50 });
  const { state, answer } = await ask(alice, session_id, 'hello');
  expect([state, answer?.text]).toEqual(['done', 'slow but sure']);
});

test('an answer beyond the bound of a turn fails it, with its text kept', async () => {
  const { session_id } = await openSession(alice);
  const piece = 'lorem ipsum '.repeat(5_000);
  server().model.next({ pieces: Array.from({ length: 19 }, () => piece) });
  const { log, state, turn, answer } = await ask(alice, session_id, 'a novel, please');
  expect([state, stateOf(log, turn.turn_id)?.code]).toEqual(['failed', 'output_too_long']);
  expect(answer?.partial).toBe(true);
  expect(answer?.text.length).toBeGreaterThan(900_000);
  await checkInvariants(server().databasePath);
});

function callOf(name: string, args: string): FakeAnswer {
  return { text: '', toolCalls: [{ id: 'call-1', name, arguments: args }] };
}

test('a model that asks for a tool that is not there, or with broken arguments, is told so and may answer', async () => {
  const { session_id } = await openSession(alice);
  server().model.next(callOf('format_disk', '{}'), { text: 'Then without it.' });
  expect((await ask(alice, session_id, 'one')).answer?.text).toBe('Then without it.');
  server().model.next(callOf('search_corpora', '{"query": 5, "more": true}'), { text: 'Sorry.' });
  expect((await ask(alice, session_id, 'two')).answer?.text).toBe('Sorry.');
  await checkInvariants(server().databasePath);
});

test(
  'a model that is down fails the turn as unreachable; once it is back, the session goes on',
  async () => {
    const gone = await FakeOpenAiServer.start({ text: 'back' });
    await gone.close();
    await using down = await GivenServer.start({
      env: { PERDURE_MODEL_BASE_URL: gone.url, PERDURE_MODEL: 'scripted' },
    });
    const { session_id } = await openSession(down.admin);
    const { log, state, turn } = await ask(down.admin, session_id, 'hello?');
    expect([state, stateOf(log, turn.turn_id)?.code]).toEqual(['failed', 'model_unreachable']);
    const back = await FakeOpenAiServer.start({ text: 'back' }, Number(new URL(gone.url).port));
    try {
      expect((await ask(down.admin, session_id, 'hello again')).answer?.text).toBe('back');
    } finally {
      await back.close();
    }
  },
  slowStartMs,
);
