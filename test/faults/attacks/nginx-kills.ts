import { setTimeout as pause } from 'node:timers/promises';
import { quantile } from '../../../bench/support/lines.ts';
import { waitFor } from '../../wait-for.ts';
import { answerOrders, orderWords } from '../answers.ts';
import { type Attack, newTally } from '../attack.ts';
import { BehindNginx, noBehindNginx } from '../behind-nginx.ts';
import { BusyConversations } from '../busy-conversations.ts';
import { Conversation } from '../conversation.ts';
import { History } from '../history.ts';
import { judge } from '../judge.ts';
import { createRandom, type Random } from '../random.ts';

/** F2 and F3 together: three servers on PostgreSQL behind nginx. In each round one of them is killed; in every eleventh PostgreSQL with all of its
 *  processes is, which then comes back, and the servers find it by themselves. */
export const nginxKills: Attack = {
  name: 'nginx-kills',
  id: 'F3',
  title: 'kill -9 of servers behind nginx, and of PostgreSQL with all its processes',
  rounds: { fast: 4, whole: 330 },
  obstacle: noBehindNginx,
  async run({ rounds, seed, say }) {
    const tally = newTally();
    const random = createRandom(seed);
    const history = new History();
    const storedMs: number[] = [];
    const readyMs: number[] = [];
    let databaseKills = 0;
    await using world = await BehindNginx.start(count);
    answerOrders(world.instances.model, { pieceDelayMs, continues: true });
    const talks = await openTalks(world, history);
    for (let round = 1; round <= rounds; round++) {
      await talks.untilFresh(1);
      const isDatabase = round % databaseEvery === 2;
      await (isDatabase ? killDatabase(world, random) : killServer(world, random));
      const [acknowledged, endedMs] = [history.acknowledged, performance.now()];
      tally.faults += 1;
      if (isDatabase) {
        databaseKills += 1;
        await waitFor('every server to be ready', () => areReady(world));
        readyMs.push(performance.now() - endedMs);
      }
      await waitFor('a message', () => history.acknowledged > acknowledged);
      storedMs.push(performance.now() - endedMs);
      tally.rounds += 1;
      if (round % sayEvery === 0) say(`round ${round}: ${history.acknowledged} messages`);
    }
    tally.breaches.push(...(await talks.end()));
    await talks.close();
    const { lost, doubled, breaches } = await judge(world.instances.judged, history, { continues: true });
    Object.assign(tally, { lost, doubled, acknowledged: history.acknowledged });
    tally.breaches.push(...breaches);
    tally.measures.push(
      { what: 'kills of PostgreSQL with all its processes', value: databaseKills, unit: 'kills' },
      {
        what: 'from its start until every server is ready, max',
        value: Math.max(...readyMs),
        unit: 'ms',
        atMost: 5_000,
      },
      { what: 'from the end of a fault until a message is stored, p95', value: quantile(storedMs, 0.95), unit: 'ms' },
    );
    return tally;
  },
};

const count = 3;
const sessions = 8;
const pieceDelayMs = 15;
const words = 20;
const databaseEvery = 11;
const sayEvery = 10;
const awayMs = 1_000;

async function killServer({ instances }: BehindNginx, random: Random): Promise<void> {
  const victim = random.between(0, count - 1);
  await instances.at(victim).kill();
  await pause(random.between(0, awayMs));
  await instances.start(victim);
}

async function killDatabase({ database }: BehindNginx, random: Random): Promise<void> {
  await database.killAll();
  await pause(random.between(0, awayMs));
  await database.start();
}

/** Sessions with two readers each, all of them through nginx. */
async function openTalks(world: BehindNginx, history: History): Promise<BusyConversations> {
  let orders = 0;
  const talks = new BusyConversations(() => orderWords(words, (orders += 1)));
  const person = await world.instances.person();
  const client = () => world.client(person);
  for (let i = 0; i < sessions; i++) {
    talks.add(await Conversation.open({ person, history, clients: [client, client] }));
  }
  return talks;
}

async function areReady({ instances }: BehindNginx): Promise<boolean> {
  const replies = await Promise.all(instances.servers.map(({ url }) => fetch(new URL('/readyz', url))));
  return replies.every(({ status }) => status === 200);
}
