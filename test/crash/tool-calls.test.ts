import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { SessionEvent } from '../../src/contract/events.ts';
import { GivenServer, openSession } from '../given.ts';
import { checkInvariants } from '../invariants.ts';
import { slowStartMs } from '../shared-server.ts';
import { answerOf, send, stateOf, untilEnded } from '../turns.ts';

vi.setConfig({ testTimeout: slowStartMs });

const program = new URL('./tool-counting-server.child.ts', import.meta.url);
const query = { query: 'how often does the lamp turn' };
const callsTool = { text: '', toolCalls: [{ id: 'call-1', name: 'search_corpora', arguments: JSON.stringify(query) }] };
const words = Array.from({ length: 60 }, (_each, index) => `word${index}`).join(' ');

/** A server that counts its tools' runs, told whether they may run twice, and how it is to die before it is started again. */
async function givenServer(isRepeatable: boolean, dies: Readonly<Record<string, string>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'perdure-tools-'));
  const runsFile = join(folder, 'runs');
  const env = { TOOL_RUNS: runsFile, TOOL_IS_REPEATABLE: isRepeatable ? '1' : '0', ...dies };
  const server = await GivenServer.start({ withModel: true, program, env });
  return {
    server,
    startAgain: () => server.startAgain(Object.fromEntries(Object.keys(dies).map((name) => [name, '']))),
    runs: async () => (await readFile(runsFile, 'utf8')).trimEnd().split('\n').length,
    /** What the model was shown of the tool's result, request by request. */
    shownResults: () =>
      server.model.requests.map(({ body }) => {
        const results = body.messages?.filter((message) => message.role === 'tool') ?? [];
        return results.map((message) => JSON.stringify(message.content)).join();
      }),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

const ofType = (log: readonly SessionEvent[], type: SessionEvent['type']) => log.filter((event) => event.type === type);

test.each([
  { isRepeatable: true, title: 'a tool that may run twice is run again' },
  { isRepeatable: false, title: 'a tool that may not is not, and the model is told that the call was interrupted' },
])('killed inside a tool: $title', async ({ isRepeatable }) => {
  await using given = await givenServer(isRepeatable, { TOOL_DIES: '1' });
  const { server } = given;
  const { session_id } = await openSession(server.admin);
  server.model.next(callsTool);
  server.model.always({ text: 'An answer.' });
  const turn = await send(server.admin, session_id, 'The lamp?');
  expect(await server.process.exited).toEqual({ code: null, signal: 'SIGKILL' });
  await checkInvariants(server.databasePath);
  expect(await given.runs()).toBe(1);

  await given.startAgain();
  const log = await untilEnded(server.admin, session_id, turn.turn_id);
  expect(stateOf(log, turn.turn_id)).toMatchObject({ state: 'done', attempt: 2 });
  expect(answerOf(log, turn.turn_id)).toMatchObject({ text: 'An answer.', step: 1, partial: false });
  expect(await given.runs()).toBe(isRepeatable ? 2 : 1);
  expect(ofType(log, 'tool_call')).toHaveLength(1);
  const [result, ...more] = ofType(log, 'tool_result');
  expect(more).toEqual([]);
  expect(result).toMatchObject({ call_id: 'call-1', is_error: !isRepeatable });
  const [first, second, ...further] = given.shownResults();
  expect(further).toEqual([]);
  expect(first).toBe('');
  if (isRepeatable) expect(second).not.toContain('interrupted');
  else expect(second).toContain('interrupted: whether it took effect is not known');
  await checkInvariants(server.databasePath);
});

test.each([true, false])(
  'killed in the answer after a finished tool (it may run twice: %s): the tool is not run again, its step is not asked for again',
  async (isRepeatable) => {
    await using given = await givenServer(isRepeatable);
    const { server } = given;
    const { session_id } = await openSession(server.admin);
    server.model.next(callsTool);
    server.model.always({ text: words, pieceDelayMs: 25 });
    const stream = await server.admin.client.stream(`/api/sessions/${session_id}/events`);
    const turn = await send(server.admin, session_id, 'The lamp?');
    await stream.until('text after the tool', ({ events }) => events.some((event) => event.type === 'text_delta'));
    await server.process.kill();
    await checkInvariants(server.databasePath);

    await given.startAgain();
    const log = await untilEnded(server.admin, session_id, turn.turn_id);
    expect(stateOf(log, turn.turn_id)).toMatchObject({ state: 'done', attempt: 2 });
    expect(answerOf(log, turn.turn_id)?.text).toBe(words);
    expect(await given.runs()).toBe(1);
    expect([ofType(log, 'tool_call').length, ofType(log, 'tool_result').length]).toEqual([1, 1]);
    const [first, second, third, ...further] = given.shownResults();
    expect([first, further]).toEqual(['', []]);
    expect(second).toContain('There are no documents to search.');
    expect(third).toBe(second);
    await checkInvariants(server.databasePath);
  },
);

test('killed between the result’s commit and the next model call: the tool is not run again', async () => {
  // The first commit holds the call, the second its result.
  await using given = await givenServer(false, { PERDURE_TEST_KILL_AT: 'after:appendTurnEvents:2' });
  const { server } = given;
  const { session_id } = await openSession(server.admin);
  server.model.next(callsTool);
  server.model.always({ text: 'An answer.' });
  const turn = await send(server.admin, session_id, 'The lamp?');
  expect(await server.process.exited).toEqual({ code: null, signal: 'SIGKILL' });
  await given.startAgain();
  const log = await untilEnded(server.admin, session_id, turn.turn_id);
  expect(answerOf(log, turn.turn_id)?.text).toBe('An answer.');
  expect(await given.runs()).toBe(1);
  expect(ofType(log, 'tool_result')).toMatchObject([{ call_id: 'call-1', is_error: false }]);
  expect(given.shownResults()).toHaveLength(2);
  await checkInvariants(server.databasePath);
});
