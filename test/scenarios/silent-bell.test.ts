import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { adminSessionRow } from '../../src/contract/admin.ts';
import { chatAnswer } from '../../src/contract/sessions.ts';
import { answered } from '../client.ts';
import { foldFromStart } from '../folded.ts';
import { openSession, type Person } from '../given.ts';
import { sharedServer } from '../shared-server.ts';
import { ask, send } from '../turns.ts';
import { fastestOf } from '../wait-for.ts';

// The bell only shortens the way: without it, what was committed is found by asking the store.
const server = sharedServer({ withModel: true, env: { PERDURE_TEST_SILENT_BELL: '1' } });
const boundMs = 1_500;
let alice: Person;
beforeAll(async () => {
  alice = await server().person();
  // The first turn loads the agent runtime, which has nothing to do with bells.
  const { session_id } = await openSession(alice);
  await ask(alice, session_id, 'warm up');
});

test('a message’s turn begins, and its reader is told', async () => {
  const tookMs = await fastestOf(5, boundMs, async () => {
    const { session_id } = await openSession(alice);
    const stream = await alice.client.stream(`/api/sessions/${session_id}/events`);
    const startedMs = performance.now();
    await send(alice, session_id, 'is anybody there?');
    await stream.until('the running turn', ({ events }) =>
      events.some((event) => event.type === 'turn_state' && event.state === 'running'),
    );
    const elapsedMs = performance.now() - startedMs;
    await stream.until('its end', ({ events }) =>
      events.some((event) => event.type === 'turn_state' && event.state === 'done'),
    );
    expect(foldFromStart(stream.events).turns[0]?.state).toBe('done');
    await stream.close();
    return elapsedMs;
  });
  expect(tookMs).toBeLessThan(boundMs);
});

test('streamed text arrives', async () => {
  const tookMs = await fastestOf(5, boundMs, async () => {
    const { session_id } = await openSession(alice);
    server().model.next({ text: 'a few words', stallAfter: 2 });
    const stream = await alice.client.stream(`/api/sessions/${session_id}/events`);
    const turn = await send(alice, session_id, 'speak');
    await stream.until('the running turn', ({ events }) =>
      events.some((event) => event.type === 'turn_state' && event.state === 'running'),
    );
    const startedMs = performance.now();
    await stream.until('text', ({ events }) => events.some((event) => event.type === 'text_delta'));
    const elapsedMs = performance.now() - startedMs;
    await alice.client.post(`/api/sessions/${session_id}/turns/${turn.turn_id}/stop`);
    await stream.close();
    return elapsedMs;
  });
  expect(tookMs).toBeLessThan(boundMs);
});

test('the administrator’s list and one’s own feed show a new session', async () => {
  const list = await server().admin.client.stream('/api/admin/sessions/events?limit=1');
  const feed = await alice.client.stream('/api/feed');
  await list.until('the snapshot', ({ frames }) => frames[0]);
  const tookMs = await fastestOf(5, boundMs, async () => {
    const title = `Session ${randomUUID()}`;
    const startedMs = performance.now();
    await openSession(alice, { title });
    await Promise.all([
      list.until('the row', ({ frames }) =>
        frames.some(({ event, data }) => event === 'row' && adminSessionRow.parse(data).title === title),
      ),
      feed.until('the row', ({ raw }) => raw.includes(title)),
    ]);
    return performance.now() - startedMs;
  });
  expect(tookMs).toBeLessThan(boundMs);
  await Promise.all([list.close(), feed.close()]);
});

test('chat answers, and stopping a stalled turn lets its model go', async () => {
  const { session_id } = await openSession(alice);
  server().model.next({ text: 'Here I am.' });
  const reply = await alice.client.post(`/api/sessions/${session_id}/chat`, { message: 'hello?' });
  expect(answered(reply, 200, chatAnswer).response).toBe('Here I am.');
});
