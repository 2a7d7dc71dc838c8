import { beforeAll, expect, test } from 'vitest';
import type { StreamedEvent } from '../../src/contract/events.ts';
import { Client, refused } from '../client.ts';
import { queryDatabase } from '../database.ts';
import { openSession, type Person } from '../given.ts';
import { checkInvariants } from '../invariants.ts';
import { newKey } from '../keys.ts';
import type { ServerProcess } from '../server-process.ts';
import { sharedServer, slowStartMs } from '../shared-server.ts';
import { send } from '../turns.ts';
import { fastestOf, waitFor } from '../wait-for.ts';

const server = sharedServer({ withModel: true, env: { PERDURE_LOG_LEVEL: 'warn' } });
/** Promised to whoever suspends somebody. */
const boundMs = 5_000;
let other: ServerProcess;
beforeAll(async () => {
  other = await server().startAnother();
}, slowStartMs);

const users = '/api/admin/users';
const suspend = (person: Person) => server().admin.client.patch(`${users}/${person.user.id}`, { is_active: false });

const textOf = (events: readonly StreamedEvent[]) =>
  events.map((event) => (event.type === 'text_delta' ? event.text : '')).join('');

/** Somebody in the middle of everything: two logins, a key, streams on two instances, an answer that stalls, messages that wait. */
async function givenBusyPerson() {
  const person = await server().person();
  const elsewhere = await server().signInAgain(person);
  const { key } = await newKey(person, ['sessions:read', 'sessions:write']);
  const { session_id } = await openSession(person);
  server().model.next({ text: 'the beginning of an answer that never ends', stallAfter: 4 });
  const running = await send(person, session_id, 'stall, please');
  const first = await person.client.stream(`/api/sessions/${session_id}/events`);
  await first.until('four words', ({ events }) => textOf(events).startsWith('the beginning of an'));
  const waiting = [await send(person, session_id, 'and then?'), await send(person, session_id, 'and after that?')];
  const clients = [server().url, other.url].flatMap((url) =>
    [person.client.token, elsewhere.token, key].map((token) => new Client(url, token)),
  );
  const streams = [first];
  for (const client of clients) streams.push(await client.stream('/api/feed'));
  return { person, sessionId: session_id, turns: [running, ...waiting], clients, streams };
}

const turnRows = (sessionId: string) =>
  queryDatabase(
    server().databasePath,
    'select state, code from turns where session_id = ? order by turn_no',
    sessionId,
  );

test.each<[string, (person: Person) => Promise<unknown>]>([
  ['deactivated', suspend],
  ['deleted', (person) => server().admin.client.delete(`${users}/${person.user.id}`)],
])(
  'who is %s is out at every door at once, and all they have open or running is over in five seconds',
  async (_name, end) => {
    const tookMs = await fastestOf(3, boundMs, () => untilOut(end));
    expect(tookMs).toBeLessThan(boundMs);
    await checkInvariants(server().databasePath);
  },
);

/** How long after the end the last of what somebody has open or running is over. */
async function untilOut(end: (person: Person) => Promise<unknown>): Promise<number> {
  const { person, sessionId, clients, streams } = await givenBusyPerson();
  const asked = server().model.requests.at(-1);
  await end(person);
  const startedMs = performance.now();
  const gone = { state: 'cancelled', code: 'author_gone' };
  expect(turnRows(sessionId)).toEqual([gone, gone, gone]);
  for (const client of clients) {
    for (const path of ['/api/auth/me', `/api/sessions/${sessionId}`, '/api/corpora', '/api/account/keys']) {
      refused(await client.get(path), 401, 'unauthenticated');
    }
    refused(await client.post(`/api/sessions/${sessionId}/chat`, { message: 'let me in' }), 401, 'unauthenticated');
  }
  await Promise.all(streams.map((stream) => stream.ended));
  await waitFor('the request to the model given up', () => asked?.aborted);
  return performance.now() - startedMs;
}

test('who is made active again signs in anew: nothing that was ended comes back, and what was shown stays', async () => {
  const { person, sessionId, turns, clients } = await givenBusyPerson();
  await suspend(person);
  await server().admin.client.patch(`${users}/${person.user.id}`, { is_active: true });
  for (const client of clients) refused(await client.get('/api/auth/me'), 401, 'unauthenticated');
  const client = await server().signInAgain(person);
  const history = await client.get(`/api/sessions/${sessionId}/events?limit=1000`);
  expect(history.text).toContain('the beginning of an');
  expect(turnRows(sessionId).map(({ state }) => state)).toEqual(turns.map(() => 'cancelled'));
});

test('what others asked in their own sessions goes on', async () => {
  const [leaver, stayer] = [await givenBusyPerson(), await givenBusyPerson()];
  await suspend(leaver.person);
  expect(turnRows(stayer.sessionId).map(({ state }) => state)).toEqual(['running', 'queued', 'queued']);
  for (const stream of stayer.streams) await stream.close();
  await server().admin.client.post(`/api/admin/sessions/${stayer.sessionId}/stop`);
});
