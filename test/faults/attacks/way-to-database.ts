import { setTimeout as pause } from 'node:timers/promises';
import type { Person } from '../../given.ts';
import { waitFor } from '../../wait-for.ts';
import { answerOrders, orderWords } from '../answers.ts';
import { type Attack, newTally, type Tally } from '../attack.ts';
import { BehindNginx, noBehindNginx } from '../behind-nginx.ts';
import { BusyConversations } from '../busy-conversations.ts';
import { Conversation } from '../conversation.ts';
import { History } from '../history.ts';
import { judge } from '../judge.ts';
import { createRandom, type Random } from '../random.ts';
import { TcpProxy, type Weather } from '../tcp-proxy.ts';

/** F7: three servers behind nginx, each with a way of its own to PostgreSQL, on which everything may happen: nothing comes through any more, on
 *  the connections that are open or on new ones too; connections are reset and refused; every byte takes two seconds. The others serve meanwhile,
 *  nobody is kept waiting without an answer, and each server comes back by itself. */
export const wayToDatabase: Attack = {
  name: 'way-to-database',
  id: 'F7',
  title: 'between servers and PostgreSQL: black hole, reset, 2 s delay, half-open',
  rounds: { fast: 4, whole: 40 },
  obstacle: noBehindNginx,
  async run({ rounds, seed, say }) {
    const tally = newTally();
    const random = createRandom(seed);
    const history = new History();
    const ways: TcpProxy[] = [];
    const found = { answerMs: 0, backMs: 0, unavailable: 0 };
    try {
      await using world = await BehindNginx.start(count, { before: (databaseUrl) => layWays(databaseUrl, ways) });
      answerOrders(world.instances.model, { pieceDelayMs, continues: true });
      const person = await world.instances.person();
      const talks = await openTalks(world, person, history);
      for (let round = 1; round <= rounds; round++) {
        await talks.untilFresh(1);
        const hurt = hurts[(round - 1) % hurts.length] ?? hurts[0];
        const index = random.between(0, count - 1);
        const acknowledged = history.acknowledged;
        const { answerMs, statuses } = await makeWeather(world, ways[index] as TcpProxy, {
          index,
          hurt,
          random,
          person,
        });
        const endedMs = performance.now();
        await waitFor(`server ${index} to be ready after ${hurt.name}`, () => isReady(world, index));
        found.backMs = Math.max(found.backMs, performance.now() - endedMs);
        found.answerMs = Math.max(found.answerMs, answerMs);
        for (const { status, retryAfter } of statuses) {
          if (status === 503) found.unavailable += 1;
          if (status === 503 && retryAfter === undefined)
            tally.breaches.push(`${hurt.name}: a 503 without Retry-After`);
          if (![200, 201, 503].includes(status)) tally.breaches.push(`${hurt.name}: an answer is ${status}`);
        }
        await waitFor('more messages', () => history.acknowledged > acknowledged);
        tally.faults += 1;
        tally.rounds += 1;
        say(
          `round ${round}: ${hurt.name}, ${Math.round(answerMs)} ms, ${statuses.map(({ status }) => status).join(' ')}`,
        );
      }
      await finish(world, talks, history, tally);
    } finally {
      for (const way of ways) await way.close();
    }
    tally.measures.push(
      {
        what: 'the longest wait for an answer at the server that is cut off',
        value: found.answerMs,
        unit: 'ms',
        atMost: answerWithinMs,
      },
      {
        what: 'from the end of the fault until that server is ready, max',
        value: found.backMs,
        unit: 'ms',
        atMost: backWithinMs,
      },
      { what: 'answers 503, each with Retry-After', value: found.unavailable, unit: 'answers' },
    );
    return tally;
  },
};

const count = 3;
const sessions = 6;
const words = 15;
const pieceDelayMs = 15;
const answerWithinMs = 30_000;
const backWithinMs = 25_000;
/** How many requests are made to the server that is cut off, one of them a write. */
const asked = 4;

type Hurt = {
  name: string;
  weather: Weather;
  /** Connections that are open are cut when it begins. */
  isCut?: true;
  lastsMs: { least: number; most: number };
};

const hurts: readonly [Hurt, ...Hurt[]] = [
  { name: 'black hole', weather: { isHalfOpen: true }, lastsMs: { least: 3_000, most: 12_000 } },
  { name: 'reset', weather: { refuses: true }, isCut: true, lastsMs: { least: 500, most: 5_000 } },
  { name: '2 s delay', weather: { delayMs: 2_000 }, lastsMs: { least: 4_000, most: 10_000 } },
  // What is opened after a moment comes through, what was open never does.
  { name: 'half-open', weather: { isHalfOpen: true }, lastsMs: { least: 300, most: 500 } },
];

type Answer = { status: number; retryAfter: string | undefined };
type Making = { index: number; hurt: Hurt; random: Random; person: Person };

/** Lets the weather come and go, and asks the server meanwhile. */
async function makeWeather(world: BehindNginx, way: TcpProxy, { index, hurt, random, person }: Making) {
  const client = world.instances.client(index, person);
  way.weather = hurt.weather;
  if (hurt.isCut) way.cutAll();
  const over = clearUp(way, random.between(hurt.lastsMs.least, hurt.lastsMs.most));
  // A connection that says nothing does so from its first bytes on.
  await pause(100);
  let answerMs = 0;
  const statuses = await Promise.all(
    Array.from({ length: asked }, async (_each, i): Promise<Answer> => {
      const startedMs = performance.now();
      const reply = await (i === 0 ? client.post('/api/sessions', {}) : client.get('/api/sessions'));
      answerMs = Math.max(answerMs, performance.now() - startedMs);
      return { status: reply.status, retryAfter: reply.headers['retry-after'] };
    }),
  );
  await over;
  return { answerMs, statuses };
}

async function clearUp(way: TcpProxy, afterMs: number): Promise<void> {
  await pause(afterMs);
  way.weather = {};
}

/** A proxy for each server, on the way to the socket of the database. */
async function layWays(databaseUrl: string, ways: TcpProxy[]): Promise<(url: string, index: number) => string> {
  const folder = new URL(databaseUrl).searchParams.get('host');
  for (let i = 0; i < count; i++) ways.push(await TcpProxy.start({ path: `${folder}/.s.PGSQL.5432` }));
  return (url, index) => {
    const address = new URL(url);
    address.search = '';
    address.host = ways[index]?.url.host ?? '';
    return address.href;
  };
}

async function openTalks(world: BehindNginx, person: Person, history: History): Promise<BusyConversations> {
  let orders = 0;
  const talks = new BusyConversations(() => orderWords(words, (orders += 1)));
  const client = () => world.client(person);
  for (let i = 0; i < sessions; i++) talks.add(await Conversation.open({ person, history, clients: [client, client] }));
  return talks;
}

async function isReady({ instances }: BehindNginx, index: number): Promise<boolean> {
  return (await fetch(new URL('/readyz', instances.at(index).url))).status === 200;
}

async function finish(world: BehindNginx, talks: BusyConversations, history: History, tally: Tally): Promise<void> {
  tally.breaches.push(...(await talks.end()));
  await talks.close();
  const { lost, doubled, breaches } = await judge(world.instances.judged, history, { continues: true });
  Object.assign(tally, { lost, doubled, acknowledged: history.acknowledged });
  tally.breaches.push(...breaches);
}
