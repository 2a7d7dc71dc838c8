import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { quantile } from '../../../bench/support/lines.ts';
import { session as sessionShape, turnAnswer } from '../../../src/contract/sessions.ts';
import { answered, Client, keptConnections, type Reply } from '../../client.ts';
import { queryDatabase } from '../../database.ts';
import { newCorpus } from '../../documents.ts';
import { GivenServer, openSession, type Person } from '../../given.ts';
import { SseReader } from '../../sse-reader.ts';
import { waitFor } from '../../wait-for.ts';
import { answerOrders, orderWords } from '../answers.ts';
import { Asker } from '../asker.ts';
import { type Attack, newTally } from '../attack.ts';
import { History, type Sent } from '../history.ts';
import { judge } from '../judge.ts';
import { createRandom, type Random } from '../random.ts';
import { ResidentWatch } from '../resident.ts';
import { Sampler } from '../sampler.ts';
import type { Sample } from '../sampler.worker.ts';

/** F13: hundreds of clients who never wait ask for everything at once, five seconds a round without a pause between. What is too much is
 *  refused with the time to come back, what is accepted keeps its latency, nothing accepted is lost, and soon after all is as before. */
export const overload: Attack = {
  name: 'overload',
  id: 'F13',
  title: '10 times the load it can take',
  rounds: { fast: 1, whole: 4 },
  obstacle: () => (existsSync('/proc/self/status') ? undefined : 'the system does not tell what memory a process has'),
  async run({ rounds, seed, say }) {
    const random = createRandom(seed);
    const tally = newTally();
    const history = new History();
    await using server = await GivenServer.start({ withModel: true, env: { PERDURE_LOG_LEVEL: 'error' } });
    answerOrders(server.model, { pieceDelayMs: 5, continues: false });
    const crowd = await gather(server, random, history);
    const sampler = await startSampler(server);
    await pause(beforeMs);

    const loadedMs = Date.now();
    using watch = new ResidentWatch(server.process.pid);
    const baseBytes = watch.peakBytes;
    const over = new AbortController();
    const all = Promise.all(loads.flatMap((load) => loopsOf(load, crowd, over.signal)));
    for (let round = 1; round <= rounds; round++) {
      await pause(roundMs);
      tally.rounds = round;
      say(`${(round * roundMs) / 1000} s: ${crowd.asker.served} served, ${crowd.asker.refused} refused`);
    }
    over.abort();
    const stoppedMs = Date.now();
    await all;
    await Promise.all(crowd.streams.map((stream) => stream.close()));
    await pause(afterMs);
    const samples = await sampler.stop();
    settleSamples(history, samples);

    const unfinished = () =>
      queryDatabase(
        server.databasePath,
        `select count(*) as count from turns where state in ('queued', 'running', 'waiting_approval')`,
      )[0]?.count === 0;
    await waitFor('the end of every accepted turn', unfinished, 300_000);
    const { lost, doubled, breaches } = await judge(server.dataDir, history);
    const { asker } = crowd;
    tally.faults = asker.refused;
    tally.acknowledged = history.acknowledged;
    tally.lost = lost + missingSessions(server, crowd.sessionIds);
    tally.doubled = doubled;
    tally.breaches.push(...breaches, ...asker.breaches, ...wrongStatuses(samples), ...failedTurns(server));

    const at = (what: Sample['what'], fromMs: number, untilMs: number) =>
      samples
        .filter((each) => each.what === what && each.atMs >= fromMs && each.atMs < untilMs && each.status < 400)
        .map(({ ms }) => ms);
    const before = at('send', 0, loadedMs);
    const loaded = at('send', loadedMs, stoppedMs);
    const after = at('send', stoppedMs + backWithinMs, Number.POSITIVE_INFINITY);
    const seconds = (stoppedMs - loadedMs) / 1000;
    tally.measures.push(
      { what: 'requests asked for', value: (asker.served + asker.refused) / seconds, unit: '/s' },
      { what: 'requests served', value: asker.served / seconds, unit: '/s' },
      { what: 'an accepted send before, p95', value: quantile(before, 0.95), unit: 'ms' },
      {
        what: 'an accepted send of somebody else meanwhile, p95',
        value: quantile(loaded, 0.95),
        unit: 'ms',
        atMost: 3_000,
      },
      { what: 'the same 5 s after, p95', value: quantile(after, 0.95), unit: 'ms', atMost: 500 },
      { what: 'sign of life before, p95', value: quantile(at('health', 0, loadedMs), 0.95), unit: 'ms' },
      {
        what: 'sign of life meanwhile, slowest',
        value: Math.max(...at('health', loadedMs, stoppedMs)),
        unit: 'ms',
        atMost: 3_000,
      },
      { what: 'memory over before, most', value: (watch.peakBytes - baseBytes) / 2 ** 20, unit: 'MiB', atMost: 384 },
    );
    return tally;
  },
};

const beforeMs = 3_000;
const roundMs = 5_000;
/** Back to normal within 5 s: what is sampled after that must be as before. */
const backWithinMs = 5_000;
const afterMs = 8_000;
const people = 8;
const sessionsEach = 8;

/** Who makes the load, and what is known of it. */
type Loaders = {
  server: GivenServer;
  random: Random;
  history: History;
  asker: Asker;
  people: { person: Person; sessionIds: string[] }[];
  corpusId: string;
  /** Sessions that were acknowledged. */
  sessionIds: string[];
  streams: SseReader[];
};

/** Clients that ask for the same thing again as soon as they are answered. */
type Load = { clients: number; ask(loaders: Loaders, who: Loaders['people'][number]): Promise<void> };

const loads: readonly Load[] = [
  { clients: 120, ask: sendTurn },
  { clients: 60, ask: makeSession },
  { clients: 120, ask: readSomething },
  { clients: 60, ask: search },
  { clients: 40, ask: upload },
  { clients: 60, ask: openStream },
  { clients: 20, ask: signIn },
  { clients: 20, ask: signInWrongly },
  { clients: 20, ask: chat },
  { clients: 20, ask: askAnonymously },
];

async function gather(server: GivenServer, random: Random, history: History): Promise<Loaders> {
  const gathered: Loaders['people'] = [];
  const connections = keptConnections();
  for (let i = 0; i < people; i++) {
    const somebody = await server.person('curator');
    const person = { ...somebody, client: new Client(server.url, somebody.client.token, connections) };
    const sessionIds: string[] = [];
    for (let j = 0; j < sessionsEach; j++) sessionIds.push((await openSession(person)).session_id);
    gathered.push({ person, sessionIds });
  }
  const [first] = gathered;
  if (!first) throw new Error('nobody came');
  const { id: corpusId } = await newCorpus(first.person, 'A busy shelf');
  const asker = new Asker(['too_many_requests', 'overloaded']);
  return { server, random, history, asker, people: gathered, corpusId, sessionIds: [], streams: [] };
}

function loopsOf({ clients, ask }: Load, loaders: Loaders, over: AbortSignal): Promise<void>[] {
  return Array.from({ length: clients }, async (_each, index) => {
    const who = loaders.people[index % loaders.people.length];
    if (!who) throw new Error('nobody is there');
    while (!over.aborted) {
      await ask(loaders, who);
      // Whoever is refused comes back at once, but lets this thread do something else.
      await pause(2);
    }
  });
}

async function sendTurn({ asker, history, random }: Loaders, who: Loaders['people'][number]): Promise<void> {
  const sessionId = who.sessionIds[random.between(0, who.sessionIds.length - 1)] ?? '';
  const sent: Sent = { sessionId, clientTurnId: randomUUID(), text: orderWords(5, random.between(1, 1e6)) };
  history.invoke(sent);
  const body = { client_turn_id: sent.clientTurnId, text: sent.text };
  const reply = await asker.write('a message', () => who.person.client.post(`/api/sessions/${sessionId}/turns`, body));
  if (reply) settle(history, sent, reply);
}

function settle(history: History, sent: Sent, reply: Reply): void {
  const { turn_id: turnId, seq } = answered(reply, reply.status, turnAnswer);
  history.settle(sent.clientTurnId, { state: 'stored', turnId, seq });
}

async function makeSession({ asker, sessionIds }: Loaders, { person }: Loaders['people'][number]): Promise<void> {
  const made = await asker.write('a new session', () => person.client.post('/api/sessions'));
  if (made) sessionIds.push(answered(made, 201, sessionShape).session_id);
}

async function readSomething({ asker, random }: Loaders, who: Loaders['people'][number]): Promise<void> {
  const sessionId = who.sessionIds[random.between(0, who.sessionIds.length - 1)];
  const parts = ['', '/events', '/snapshot', '/history'].map((part) => `/api/sessions/${sessionId}${part}`);
  const path = random.oneOf(['/api/sessions', '/api/sessions?q=words', '/api/corpora', ...parts]);
  await asker.write(path, () => who.person.client.get(path));
}

async function search({ asker, random }: Loaders, { person }: Loaders['people'][number]): Promise<void> {
  const query = `words of shelf ${random.between(0, 1e6)}`;
  await asker.write('a search', () => person.client.post('/api/search', { query }));
}

async function upload({ asker, random, corpusId, people: [first] }: Loaders): Promise<void> {
  const line = `Shelf ${random.between(0, 1e9)} of words.\n`;
  const body = line.repeat(random.between(10, 10_000));
  const path = `/api/corpora/${corpusId}/documents?filename=shelf.txt`;
  await asker.write(
    'an upload',
    () => first?.person.client.call('POST', path, { body }) ?? Promise.reject(new Error()),
  );
}

async function openStream({ asker, streams, random }: Loaders, who: Loaders['people'][number]): Promise<void> {
  const sessionId = who.sessionIds[random.between(0, who.sessionIds.length - 1)];
  await asker.write('a stream', async () => {
    const opened = await who.person.client.open(`/api/sessions/${sessionId}/events`);
    if (!(opened instanceof SseReader)) return opened;
    streams.push(opened);
    return { status: 200, headers: opened.headers, text: '', bytes: Buffer.alloc(0) };
  });
}

async function signIn({ asker, server }: Loaders): Promise<void> {
  const credentials = { username: server.admin.username, password: server.adminPassword };
  await asker.write('a login', () => server.anonymous.post('/api/auth/login', credentials));
}

async function signInWrongly({ asker, server, random }: Loaders): Promise<void> {
  const credentials = { username: `nobody ${random.between(1, 50)}`, password: 'a wrong password' };
  await asker.write('a wrong login', () => server.anonymous.post('/api/auth/login', credentials), [401]);
}

async function chat({ asker, random }: Loaders, who: Loaders['people'][number]): Promise<void> {
  const sessionId = who.sessionIds[random.between(0, who.sessionIds.length - 1)];
  const body = { message: orderWords(5, random.between(1, 1e6)) };
  await asker.write('a chat', () => who.person.client.post(`/api/sessions/${sessionId}/chat`, body));
}

async function askAnonymously({ asker, server }: Loaders): Promise<void> {
  await asker.write('a list for nobody', () => server.anonymous.get('/api/sessions'), [401]);
}

/** Samples as somebody who has no part in the load. */
async function startSampler(server: GivenServer): Promise<Sampler> {
  const person = await server.person();
  const sessionIds: string[] = [];
  for (let i = 0; i < 20; i++) sessionIds.push((await openSession(person)).session_id);
  return Sampler.start({ url: server.url.href, token: person.client.token ?? '', sessionIds });
}

function settleSamples(history: History, samples: readonly Sample[]): void {
  for (const { send, status } of samples) {
    if (!send) continue;
    history.invoke(send);
    if (status !== 202) continue;
    const { turn_id: turnId, seq } = turnAnswer.parse(JSON.parse(send.answer));
    history.settle(send.clientTurnId, { state: 'stored', turnId, seq });
  }
}

function wrongStatuses(samples: readonly Sample[]): string[] {
  const right = { health: [200], send: [202, 429, 503] };
  const wrong = samples.filter(({ what, status }) => !right[what].includes(status));
  return wrong.map(({ what, status }) => `${what} was answered ${status} to somebody else`);
}

function missingSessions(server: GivenServer, sessionIds: readonly string[]): number {
  const stored = new Set(
    queryDatabase(server.databasePath, 'select session_id from user_sessions').map((row) => row.session_id),
  );
  return sessionIds.filter((sessionId) => !stored.has(sessionId)).length;
}

function failedTurns(server: GivenServer): string[] {
  const rows = queryDatabase(
    server.databasePath,
    `select state, code, count(*) as count from turns where state != 'done' group by state, code`,
  );
  return rows.map(({ state, code, count }) => `${count} accepted turns are ${state} (${code})`);
}
