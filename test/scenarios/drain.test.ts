import { randomUUID } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { foldFromStart, foldStrictly } from '../folded.ts';
import { GivenServer, openSession } from '../given.ts';
import { checkInvariants } from '../invariants.ts';
import { slowStartMs } from '../shared-server.ts';
import { answerOf, logOf, send, stateOf, untilEnded } from '../turns.ts';
import { waitFor } from '../wait-for.ts';

vi.setConfig({ testTimeout: slowStartMs });

test('SIGTERM lets a running turn end, ends the streams, takes nothing new, and exits 0', async () => {
  await using server = await GivenServer.start({ withModel: true, env: { PERDURE_DRAIN_SECONDS: '20' } });
  const { admin } = server;
  const { session_id } = await openSession(admin);
  const text = 'an answer that takes two seconds or so to be written down in full';
  server.model.next({ text, pieceDelayMs: 120 });
  const streams = await Promise.all([
    admin.client.stream(`/api/sessions/${session_id}/events`),
    admin.client.stream('/api/admin/sessions/events'),
    admin.client.stream('/api/feed'),
  ]);
  const turn = await send(admin, session_id, 'take your time');
  await streams[0].until('text', ({ events }) => events.some((event) => event.type === 'text_delta'));
  const startedMs = performance.now();
  const exited = server.process.terminate();
  await Promise.all(streams.map((stream) => stream.ended));
  expect(server.process.isAlive).toBe(true);
  await expect(
    admin.client.post(`/api/sessions/${session_id}/turns`, { client_turn_id: randomUUID(), text: 'late' }),
  ).rejects.toThrow();
  expect(await exited).toEqual({ code: 0, signal: null });
  expect(performance.now() - startedMs).toBeLessThan(20_000);
  await checkInvariants(server.databasePath);

  const shown = foldFromStart(streams[0].events);
  await server.startAgain();
  const log = await logOf(admin, session_id);
  expect(stateOf(log, turn.turn_id)).toMatchObject({ state: 'done', attempt: 1 });
  expect(answerOf(log, turn.turn_id)?.text).toBe(text);
  const resumed = await admin.client.stream(`/api/sessions/${session_id}/events`, {
    headers: { 'last-event-id': streams[0].ids.at(-1) ?? '' },
  });
  await resumed.until('the end', ({ events }) => events.some((event) => 'seq' in event && event.seq === log.length));
  expect(foldStrictly(shown, resumed.events).turns[0]).toMatchObject({ state: 'done', answer: { text } });
  await resumed.close();
});

test('a turn that outlasts the drain is handed over: the next start goes on with it, shown text first', async () => {
  await using server = await GivenServer.start({ withModel: true, env: { PERDURE_DRAIN_SECONDS: '1' } });
  const { admin } = server;
  const { session_id } = await openSession(admin);
  const text = 'the beginning is kept and the end comes from another process';
  server.model.next({ text, stallAfter: 4 });
  const stream = await admin.client.stream(`/api/sessions/${session_id}/events`);
  const turn = await send(admin, session_id, 'stall');
  const queued = await send(admin, session_id, 'wait');
  await stream.until('four words', ({ events }) =>
    events
      .map((event) => (event.type === 'text_delta' ? event.text : ''))
      .join('')
      .startsWith('the beginning is kept'),
  );
  const shown = foldFromStart(stream.events);
  expect(await server.process.terminate()).toEqual({ code: 0, signal: null });
  await checkInvariants(server.databasePath);

  server.model.always({ text });
  await server.startAgain();
  const resumed = await admin.client.stream(`/api/sessions/${session_id}/events`, {
    headers: { 'last-event-id': stream.ids.at(-1) ?? '' },
  });
  const log = await untilEnded(admin, session_id, queued.turn_id);
  await resumed.until('the end', ({ events }) => events.some((event) => 'seq' in event && event.seq === log.length));
  expect(stateOf(log, turn.turn_id)).toMatchObject({ state: 'done', attempt: 2 });
  expect(stateOf(log, queued.turn_id)).toMatchObject({ state: 'done', attempt: 1 });
  expect(answerOf(log, turn.turn_id)?.text).toBe(text);
  expect(foldStrictly(shown, resumed.events).turns[0]?.answer?.text).toBe(text);
  await resumed.close();
  await checkInvariants(server.databasePath);
});

test('an idle server exits 0 at once, also with readers of its streams', async () => {
  await using server = await GivenServer.start();
  const { session_id } = await openSession(server.admin);
  const stream = await server.admin.client.stream(`/api/sessions/${session_id}/events`);
  const startedMs = performance.now();
  expect(await server.process.terminate()).toEqual({ code: 0, signal: null });
  expect(performance.now() - startedMs).toBeLessThan(10_000);
  await waitFor('the end of the stream', () => stream.isOver);
});
