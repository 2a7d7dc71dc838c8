import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { stopAnswer, turnAnswer } from '../../src/contract/sessions.ts';
import { answered, Client, refused } from '../client.ts';
import { foldFromStart, foldStrictly } from '../folded.ts';
import { GivenServer, openSession, type Person } from '../given.ts';
import { checkInvariants } from '../invariants.ts';
import { ServerProcess } from '../server-process.ts';
import { slowStartMs } from '../shared-server.ts';
import type { SseReader } from '../sse-reader.ts';
import { answerOf, logOf, send, stateOf, untilEnded } from '../turns.ts';
import { waitFor } from '../wait-for.ts';

vi.setConfig({ testTimeout: slowStartMs });

const eventsPath = (sessionId: string) => `/api/sessions/${sessionId}/events`;
const textOf = ({ events }: SseReader) =>
  events.map((event) => (event.type === 'text_delta' ? event.text : '')).join('');

/** A server with a turn whose model has fallen silent after four words. */
async function givenStalledTurn(server: GivenServer) {
  const { admin } = server;
  const { session_id } = await openSession(admin);
  server.model.next({ text: 'the beginning is kept and the end comes from another process', stallAfter: 4 });
  const stream = await admin.client.stream(eventsPath(session_id));
  const turn = await send(admin, session_id, 'stall');
  await stream.until('four words', (reader) => textOf(reader).startsWith('the beginning is kept'));
  return { sessionId: session_id, turn, stream };
}

const untilDraining = (server: GivenServer) =>
  waitFor('the drain', async () => (await server.anonymous.get('/readyz')).status === 503);

test('SIGTERM lets a running turn end, ends the streams, takes nothing new, and exits 0', async () => {
  await using server = await GivenServer.start({ withModel: true, env: { PERDURE_DRAIN_SECONDS: '20' } });
  const { admin } = server;
  const { session_id } = await openSession(admin);
  const text = 'an answer that takes four seconds or so to be written down in full, one word after the other';
  server.model.next({ text, pieceDelayMs: 250 });
  const streams = await Promise.all([
    admin.client.stream(eventsPath(session_id)),
    admin.client.stream('/api/admin/sessions/events'),
    admin.client.stream('/api/feed'),
  ]);
  const turn = await send(admin, session_id, 'take your time');
  await streams[0].until('text', ({ events }) => events.some((event) => event.type === 'text_delta'));
  // Keeps its connection, as a proxy does.
  expect((await fetch(new URL('/healthz', server.url))).headers.get('connection')).toBe('keep-alive');
  const startedMs = performance.now();
  const exited = server.process.terminate();
  await Promise.all(streams.map((stream) => stream.ended));
  for (const { raw } of streams) expect(raw).toMatch(/\n\nretry: \d{3,4}\n\n$/);

  const unready = await server.anonymous.get('/readyz');
  expect([unready.status, JSON.parse(unready.text)]).toMatchObject([503, { status: 'not_ready', reason: 'draining' }]);
  const kept = await fetch(new URL('/healthz', server.url));
  expect([kept.status, kept.headers.get('connection')]).toEqual([200, 'close']);
  for (const [path, body] of [
    [`/api/sessions/${session_id}/turns`, { client_turn_id: randomUUID(), text: 'late' }],
    [`/api/sessions/${session_id}/chat`, { message: 'late' }],
  ] as const) {
    const late = await admin.client.post(path, body);
    refused(late, 503, 'draining');
    expect(Number(late.headers['retry-after'])).toBeGreaterThan(0);
    expect(late.headers.connection).toBe('close');
  }
  for (const path of [eventsPath(session_id), '/api/feed']) await expect(admin.client.open(path)).rejects.toThrow();
  expect((await admin.client.get(`/api/sessions/${session_id}`)).status).toBe(200);
  expect(stateOf(await logOf(admin, session_id), turn.turn_id)?.state).toBe('running');

  expect(await exited).toEqual({ code: 0, signal: null });
  expect(performance.now() - startedMs).toBeLessThan(20_000);
  await expect(server.anonymous.get('/healthz')).rejects.toThrow();
  await checkInvariants(server.databasePath);

  const shown = foldFromStart(streams[0].events);
  await server.startAgain();
  const log = await logOf(admin, session_id);
  expect(log.filter((event) => event.type === 'user_message')).toHaveLength(1);
  expect(stateOf(log, turn.turn_id)).toMatchObject({ state: 'done', attempt: 1 });
  expect(answerOf(log, turn.turn_id)?.text).toBe(text);
  const resumed = await admin.client.stream(eventsPath(session_id), {
    headers: { 'last-event-id': streams[0].ids.at(-1) ?? '' },
  });
  await resumed.until('the end', ({ events }) => events.some((event) => 'seq' in event && event.seq === log.length));
  expect(foldStrictly(shown, resumed.events).turns[0]).toMatchObject({ state: 'done', answer: { text } });
  await resumed.close();
});

test('a turn that outlasts the drain is handed over: the next start goes on with it, shown text first', async () => {
  await using server = await GivenServer.start({ withModel: true, env: { PERDURE_DRAIN_SECONDS: '1' } });
  const { admin } = server;
  const text = 'the beginning is kept and the end comes from another process';
  const { sessionId, turn, stream } = await givenStalledTurn(server);
  const queued = await send(admin, sessionId, 'wait');
  await stream.until('the second message', ({ events }) => events.some((event) => event.turn_id === queued.turn_id));
  const { session_id: other } = await openSession(admin);
  server.model.next({ text, stallAfter: 2 });
  const chat = admin.client.post(`/api/sessions/${other}/chat`, { message: 'anybody?' });
  await waitFor('the chat’s turn', async () => (await logOf(admin, other)).length > 2);
  const exited = server.process.terminate();
  const waiting = answered(await chat, 202, turnAnswer);
  expect(await exited).toEqual({ code: 0, signal: null });
  const shown = foldFromStart(stream.events);
  await checkInvariants(server.databasePath);

  server.model.always({ text });
  await server.startAgain();
  const resumed = await admin.client.stream(eventsPath(sessionId), {
    headers: { 'last-event-id': stream.ids.at(-1) ?? '' },
  });
  const log = await untilEnded(admin, sessionId, queued.turn_id);
  await resumed.until('the end', ({ events }) => events.some((event) => 'seq' in event && event.seq === log.length));
  expect(stateOf(log, turn.turn_id)).toMatchObject({ state: 'done', attempt: 2 });
  expect(stateOf(log, queued.turn_id)).toMatchObject({ state: 'done', attempt: 1 });
  expect(answerOf(log, turn.turn_id)?.text).toBe(text);
  expect(foldStrictly(shown, resumed.events).turns[0]?.answer?.text).toBe(text);
  await resumed.close();
  expect(answerOf(await untilEnded(admin, other, waiting.turn_id), waiting.turn_id)?.text).toBe(text);
  await checkInvariants(server.databasePath);
});

test('what is handed over goes on at once in another process on the same data', async () => {
  await using server = await GivenServer.start({ withModel: true, env: { PERDURE_DRAIN_SECONDS: '0' } });
  const { sessionId, turn } = await givenStalledTurn(server);
  server.model.always({ text: 'the beginning is kept, and this is the end' });
  const other = await server.startAnother();
  const there: Person = { ...server.admin, client: new Client(other.url, server.admin.client.token) };
  const stream = await there.client.stream(eventsPath(sessionId));
  const startedMs = performance.now();
  const exited = server.process.terminate();
  await stream.until('the second attempt', ({ events }) =>
    events.some((event) => event.type === 'turn_state' && event.attempt === 2),
  );
  expect(performance.now() - startedMs).toBeLessThan(3_000);
  expect(await exited).toEqual({ code: 0, signal: null });
  const log = await untilEnded(there, sessionId, turn.turn_id);
  expect(stateOf(log, turn.turn_id)).toMatchObject({ state: 'done', attempt: 2 });
  await stream.close();
  await checkInvariants(server.databasePath);
});

test('during the drain a turn can be stopped, which ends the drain', async () => {
  await using server = await GivenServer.start({ withModel: true, env: { PERDURE_DRAIN_SECONDS: '60' } });
  const { sessionId, turn } = await givenStalledTurn(server);
  const exited = server.process.terminate();
  await untilDraining(server);
  const stopped = await server.admin.client.post(`/api/sessions/${sessionId}/turns/${turn.turn_id}/stop`);
  expect(answered(stopped, 202, stopAnswer).state).toBe('cancelled');
  const startedMs = performance.now();
  expect(await exited).toEqual({ code: 0, signal: null });
  expect(performance.now() - startedMs).toBeLessThan(30_000);
  await checkInvariants(server.databasePath);
});

test('a second SIGTERM waits for nothing: what runs is handed over, and the exit is 0', async () => {
  await using server = await GivenServer.start({ withModel: true, env: { PERDURE_DRAIN_SECONDS: '60' } });
  const { sessionId, turn } = await givenStalledTurn(server);
  const exited = server.process.terminate();
  await untilDraining(server);
  const startedMs = performance.now();
  await server.process.terminate();
  expect(await exited).toEqual({ code: 0, signal: null });
  expect(performance.now() - startedMs).toBeLessThan(30_000);
  await checkInvariants(server.databasePath);
  server.model.always({ text: 'the beginning is kept, and more' });
  await server.startAgain();
  const log = await untilEnded(server.admin, sessionId, turn.turn_id);
  expect(stateOf(log, turn.turn_id)).toMatchObject({ state: 'done', attempt: 2 });
});

test('an idle server exits 0 at once, also with readers of its streams', async () => {
  await using server = await GivenServer.start();
  const { session_id } = await openSession(server.admin);
  const stream = await server.admin.client.stream(eventsPath(session_id));
  const startedMs = performance.now();
  expect(await server.process.terminate()).toEqual({ code: 0, signal: null });
  expect(performance.now() - startedMs).toBeLessThan(10_000);
  await waitFor('the end of the stream', () => stream.isOver);
});

test('SIGTERM while the server starts: it never listens, tells the first password all the same, exits 0, and leaves a store that starts', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'perdure-start-'));
  const env = { PATH: process.env.PATH, PERDURE_DATA_DIR: dataDir, PERDURE_PORT: '0' };
  const child = spawn(process.execPath, [fileURLToPath(new URL('../../src/main.ts', import.meta.url))], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const ended = once(child, 'exit');
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    await waitFor('the database file', () => existsSync(join(dataDir, 'perdure.db')));
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(said).toMatch(
      /^Perdure was ended before it listened - sign in as admin with password \S+ \(shown only now\)\n$/,
    );
    const started = await ServerProcess.start({ dataDir });
    await started.terminate();
    await checkInvariants(join(dataDir, 'perdure.db'));
  } finally {
    child.kill('SIGKILL');
    await rm(dataDir, { recursive: true });
  }
});
