import { open } from 'node:fs/promises';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { stopSessionAnswer } from '../../src/contract/admin.ts';
import { type NowSnapshot, nowSnapshot } from '../../src/contract/now.ts';
import { answered, Client, refused } from '../client.ts';
import { GivenServer, openSession, type Person } from '../given.ts';
import type { ServerProcess } from '../server-process.ts';
import { sharedServer, slowStartMs } from '../shared-server.ts';
import type { SseReader } from '../sse-reader.ts';
import { ask, send, untilEnded } from '../turns.ts';
import { waitFor } from '../wait-for.ts';

const server = sharedServer({ withModel: true });
/** A second process on the same store. */
let other: ServerProcess;
beforeAll(async () => {
  other = await server().startAnother();
}, slowStartMs);
afterEach(() => server().model.always({}));

const clients = () => [server().admin.client, new Client(other.url, server().admin.client.token)];
const look = async (client = server().admin.client) => answered(await client.get('/api/admin/now'), 200, nowSnapshot);

const snapshots = ({ frames }: SseReader): NowSnapshot[] =>
  frames.filter(({ event }) => event === 'snapshot').map(({ data }) => nowSnapshot.parse(data));
const last = (stream: SseReader): NowSnapshot | undefined => snapshots(stream).at(-1);
const turnIn = (now: NowSnapshot | undefined, turnId: string) => now?.turns.find(({ turn_id }) => turn_id === turnId);

/** A turn whose model has fallen silent after its first words. */
async function givenStalledTurn(person: Person, text: string) {
  const { session_id: sessionId } = await openSession(person);
  server().model.next({ text: 'words that the model says before it falls silent', stallAfter: 3 });
  const { turn_id: turnId } = await send(person, sessionId, text);
  return { sessionId, turnId };
}

async function untilModel(state: string, code: string | null): Promise<void> {
  await waitFor(`a model that is ${state}`, async () =>
    (await look()).instances.some(({ report }) => report?.model.state === state && report.model.code === code),
  );
}

describe('what runs', () => {
  test('is shown at every process within two seconds, with who, what and where, and can be stopped at any', async () => {
    const person = await server().person();
    const streams = await Promise.all(clients().map((client) => client.stream('/api/admin/now/events')));
    for (const stream of streams) await stream.until('a snapshot', last);
    const title = 'Which gate is open?';
    const { sessionId, turnId } = await givenStalledTurn(person, title);
    const acceptedMs = performance.now();
    for (const stream of streams) {
      const turn = await stream.until('the turn', (reader) => turnIn(last(reader), turnId));
      expect(turn).toMatchObject({
        session_id: sessionId,
        title,
        username: person.username,
        agent_id: 'librarian',
        agent_name: 'Librarian',
        state: 'running',
        attempt: 1,
      });
    }
    expect(performance.now() - acceptedMs).toBeLessThan(3_000);
    // Whichever took the turn, one of the two is not it.
    for (const client of clients()) {
      expect(turnIn(await look(client), turnId)?.instance_id).toBe(turnIn(await look(), turnId)?.instance_id);
    }
    const stopped = await clients()[1]?.post(`/api/admin/sessions/${sessionId}/stop`);
    if (!stopped) throw new Error('there are two');
    expect(answered(stopped, 202, stopSessionAnswer)).toEqual({ stopped: 1 });
    for (const stream of streams) {
      await stream.until('the turn gone', (reader) => last(reader) && !turnIn(last(reader), turnId));
      await stream.close();
    }
  });

  test('what waits is counted, and how long the oldest waits', async () => {
    const person = await server().person();
    const { sessionId, turnId } = await givenStalledTurn(person, 'First');
    const { turn_id: second } = await send(person, sessionId, 'Second');
    const { queues } = await waitFor('one that waits', async () => {
      const now = await look();
      return now.queues.turns.waiting > 0 && now;
    });
    expect(queues.turns.waiting).toBe(1);
    expect(queues.turns.oldest_at).not.toBeNull();
    await server().admin.client.post(`/api/admin/sessions/${sessionId}/stop`);
    for (const each of [turnId, second]) await untilEnded(person, sessionId, each);
    expect((await look()).queues.turns).toEqual({ waiting: 0, oldest_at: null });
  });

  test('a session’s title is all that is told of what was said', async () => {
    const person = await server().person();
    const secret = 'SECRET';
    const stream = await server().admin.client.stream('/api/admin/now/events');
    const { sessionId, turnId } = await givenStalledTurn(
      person,
      `${'A question longer than a title is. '.repeat(4)}${secret}`,
    );
    await stream.until('the turn', (reader) => turnIn(last(reader), turnId));
    expect(stream.raw).not.toContain(secret);
    expect(stream.raw).not.toContain('falls silent');
    await stream.close();
    await server().admin.client.post(`/api/admin/sessions/${sessionId}/stop`);
    await untilEnded(person, sessionId, turnId);
  });
});

describe('what failed in the last hour', () => {
  test('a turn is told with its reason, and the model says since when it fails, until it answers', async () => {
    const person = await server().person();
    const { session_id: sessionId } = await openSession(person);
    const before = (await look()).failures.turns.total;
    server().model.always({ status: 401 });
    const { turn } = await ask(person, sessionId, 'Will this work?');
    const { failures } = await look();
    expect(failures.turns.total).toBe(before + 1);
    expect(failures.turns.latest[0]).toMatchObject({
      turn_id: turn.turn_id,
      session_id: sessionId,
      username: person.username,
      state: 'failed',
      code: 'model_unauthorized',
    });
    await untilModel('failing', 'model_unauthorized');
    server().model.always({ text: 'It does.' });
    await ask(person, sessionId, 'And this?');
    // The one that took the turn knows; the other was not asked again.
    await untilModel('answering', null);
    expect((await look()).failures.turns.total).toBe(before + 1);
  });
});

describe('the servers', () => {
  test('each says how many streams are open on it, and how it is', async () => {
    const [here, there] = clients();
    if (!here || !there) throw new Error('there are two');
    const streams = await Promise.all([there.stream('/api/feed'), there.stream('/api/feed')]);
    const now = await waitFor('their streams', async () => {
      const found = await look(here);
      return found.instances.length === 2 && found.instances.some(({ report }) => report?.streams === 2) && found;
    });
    expect(now.store).toEqual({ kind: 'sqlite', unfit: null });
    for (const { report, seen_at, started_at } of now.instances) {
      expect(report).toMatchObject({ accepting: true, model: { label: 'scripted' } });
      expect(report?.disk?.free_bytes).toBeGreaterThan(0);
      expect(seen_at >= started_at).toBe(true);
    }
    for (const stream of streams) await stream.close();
    await waitFor('no stream', async () => (await look()).instances.every(({ report }) => report?.streams === 0));
  });

  test('one that was killed is shown no more, and the turn it ran is shown where it goes on', async () => {
    const third = await server().startAnother();
    await waitFor('three', async () => (await look()).instances.length === 3);
    await third.kill();
    await waitFor('two', async () => (await look()).instances.length === 2);
  });
});

test('it ends when its administrator loses the role or the login', async () => {
  const [leaves, demoted] = [await server().person('administrator'), await server().person('administrator')];
  const streams = await Promise.all([leaves, demoted].map(({ client }) => client.stream('/api/admin/now/events')));
  await leaves.client.post('/api/auth/logout');
  await server().admin.client.patch(`/api/admin/users/${demoted.user.id}`, { role: 'member' });
  await Promise.all(streams.map((stream) => stream.ended));
});

test(
  'a store that cannot be read is a 503, live or not, and never an empty page',
  async () => {
    await using broken = await GivenServer.start();
    // Reader threads open their handles at their first reading: they find ruins, while the sign-in's pages are still in memory.
    for (const suffix of ['', '-wal']) await ruin(broken.databasePath + suffix);
    for (const path of ['/api/admin/now', '/api/admin/now/events']) {
      refused(await broken.admin.client.get(path), 503, 'store_unavailable');
    }
  },
  slowStartMs,
);

async function ruin(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    await file.write(Buffer.alloc(size, 0x5a), 0, size, 0);
  } finally {
    await file.close();
  }
}
