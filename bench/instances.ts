/** What more instances on one PostgreSQL database bring: turns a second with a model that takes its time, by one instance and by three, and how soon
 *  the administrator's list at each of them tells of a session that was made at any.
 *  Usage: node bench/instances.ts [--cap 16] [--model-ms 2000] [--seconds 20] [--made 200]
 *  Each instance runs `cap` turns at once (`maxRunningTurns`) and is asked for twice as many, each asked again when it was answered. Instances, model
 *  and database are processes of their own on one machine. */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { newId, newSecret } from '../src/ids.ts';
import { openPrivatePostgres, type PrivatePostgres } from '../src/store/conformance/private-postgres.ts';
import { type BenchClient, signIn } from './support/client.ts';
import { startFakeModel } from './support/fake-model.ts';
import { type Instance, startInstance } from './support/instances.ts';
import { median, print, printLimited, quantile, round } from './support/lines.ts';
import { followList } from './support/list-feed.ts';

const { values } = parseArgs({
  options: {
    cap: { type: 'string', default: '16' },
    'model-ms': { type: 'string', default: '2000' },
    seconds: { type: 'string', default: '20' },
    made: { type: 'string', default: '200' },
  },
});
const bench = 'instances';
const cap = Number(values.cap);
const modelMs = Number(values['model-ms']);
const windowMs = Number(values.seconds) * 1000;
/** Turns that were under way before the window are of no account. */
const warmUpMs = 3 * modelMs;
const room = 20 * cap;

const model = await startFakeModel({ text: 'An answer that was long in coming.', firstByteDelayMs: modelMs });
const postgres = await openPrivatePostgres();
try {
  const one = await measure(postgres, 1);
  const three = await measure(postgres, 3);
  const met = three / one >= 2.2;
  const what = 'turns a second of three instances to those of one';
  console.log(JSON.stringify({ bench, what, ratio: round(three / one), target: 'at least 2.2', met }));
} finally {
  model.close();
  await postgres.close();
}

/** @returns turns a second */
async function measure(server: PrivatePostgres, count: number): Promise<number> {
  const password = newSecret();
  const databaseUrl = await server.newDatabase();
  const told = { databaseUrl, modelUrl: model.url, password, maxRunningTurns: cap, room };
  const instances: Instance[] = [];
  try {
    for (let n = 0; n < count; n++) instances.push(await startInstance(told));
    const clients = await Promise.all(instances.map(({ url }) => signIn(url, 'admin', password)));
    const perSecond = await turnsPerSecond(clients);
    const most = (cap * count * 1000) / modelMs;
    const what = `turns a second, ${count} of ${cap} at once, a model of ${modelMs} ms`;
    print({
      bench,
      what,
      value: perSecond,
      unit: '1/s',
      peer: 'all of them always waiting for the model',
      ratio: round(perSecond / most),
    });
    if (count > 1) await measureFeed(instances, clients);
    return perSecond;
  } finally {
    for (const instance of instances) await instance.end();
  }
}

/** Each talker asks at the next instance when it was answered. */
async function turnsPerSecond(clients: readonly BenchClient[]): Promise<number> {
  const begunMs = performance.now() + warmUpMs;
  const endMs = begunMs + windowMs;
  let answered = 0;
  let asked = 0;
  await Promise.all(
    Array.from({ length: 2 * cap * clients.length }, async () => {
      const { session_id } = (await next().post('/api/sessions')) as { session_id: string };
      while (performance.now() < endMs) {
        await next().post(`/api/sessions/${session_id}/chat`, { message: 'A question.', client_turn_id: newId() });
        const nowMs = performance.now();
        if (nowMs >= begunMs && nowMs < endMs) answered += 1;
      }
    }),
  );
  return (answered * 1000) / windowMs;

  function next(): BenchClient {
    asked += 1;
    const client = clients[asked % clients.length];
    if (!client) throw new Error('there is no instance');
    return client;
  }
}

/** From the answer to who made a session to its row in the list at each of the instances. */
async function measureFeed(instances: readonly Instance[], clients: readonly BenchClient[]): Promise<void> {
  const feeds = await Promise.all(instances.map(({ url }, n) => followList(url, clients[n]?.token ?? '')));
  const made: { id: string; atMs: number }[] = [];
  while (made.length < Number(values.made)) {
    for (const client of clients) {
      const { session_id } = (await client.post('/api/sessions')) as { session_id: string };
      made.push({ id: session_id, atMs: performance.now() });
      await pause(37);
    }
  }
  await pause(2_000);
  const tookMs = made.flatMap(({ id, atMs }) => feeds.map(({ toldMs }) => (toldMs.get(id) ?? Infinity) - atMs));
  for (const feed of feeds) feed.close();
  const what = `from a session's answer to its row in the lists at ${feeds.length} instances, ${made.length} sessions`;
  print({ bench, what: `${what}: p50`, value: median(tookMs), unit: 'ms' });
  printLimited({ bench, what: `${what}: p95`, value: quantile(tookMs, 0.95), unit: 'ms', limit: 500 });
  printLimited({ bench, what: `${what}: longest`, value: Math.max(...tookMs), unit: 'ms', limit: 500 });
}
