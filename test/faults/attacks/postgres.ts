import { setTimeout as pause } from 'node:timers/promises';
import { Client as DatabaseClient } from 'pg';
import { quantile } from '../../../bench/support/lines.ts';
import { findPostgres, noPostgres } from '../../../src/store/conformance/find-postgres.ts';
import { openPrivatePostgres, type PrivatePostgres } from '../../../src/store/conformance/private-postgres.ts';
import type { Person } from '../../given.ts';
import { waitFor } from '../../wait-for.ts';
import { answerOrders, orderWords } from '../answers.ts';
import { type Attack, newTally } from '../attack.ts';
import { BusyConversations } from '../busy-conversations.ts';
import { Conversation } from '../conversation.ts';
import { History } from '../history.ts';
import { judge } from '../judge.ts';
import { PostgresInstances } from '../postgres-instances.ts';
import { createRandom, type Random } from '../random.ts';

/** F17: three servers on one PostgreSQL database, and everything that may go wrong with either while messages are sent. */
export const postgres: Attack = {
  name: 'postgres',
  id: 'F17',
  title: 'three servers on PostgreSQL: one killed or stopped, the database killed, sessions there ended',
  rounds: { fast: 8, whole: 200 },
  obstacle: () => (findPostgres() === undefined ? noPostgres : undefined),
  async run({ rounds, seed, say }) {
    const tally = newTally();
    const random = createRandom(seed);
    const history = new History();
    const readyMs: number[] = [];
    const moreMs: number[] = [];
    const database = await openPrivatePostgres();
    try {
      await using instances = await PostgresInstances.start(database, count);
      answerOrders(instances.model, { pieceDelayMs, continues: true });
      const person = await instances.person();
      const talks = await openTalks(instances, person, history, random);
      for (let round = 1; round <= rounds; round++) {
        await talks.untilFresh(1);
        const way = random.oneOf(ways);
        await hurt[way]({ instances, database, random });
        tally.faults += 1;
        const [acknowledged, endedMs] = [history.acknowledged, performance.now()];
        await waitFor('every server to be ready', () => areReady(instances));
        readyMs.push(performance.now() - endedMs);
        await waitFor('more messages', () => history.acknowledged > acknowledged + sessions / 2);
        moreMs.push(performance.now() - endedMs);
        tally.rounds += 1;
        say(`round ${round}: ${way}, ${history.acknowledged} messages`);
      }
      tally.breaches.push(...(await talks.end()));
      await talks.close();
      const { lost, doubled, breaches } = await judge(instances.judged, history, { continues: true });
      Object.assign(tally, { lost, doubled, acknowledged: history.acknowledged });
      tally.breaches.push(...breaches);
    } finally {
      await database.close();
    }
    const what = 'from the end of a fault until ';
    tally.measures.push(
      { what: `${what}every server is ready, max`, value: Math.max(...readyMs), unit: 'ms', atMost: readyWithinMs },
      { what: `${what}messages of half of the sessions were stored, p95`, value: quantile(moreMs, 0.95), unit: 'ms' },
    );
    return tally;
  },
};

const count = 3;
const all = [0, 1, 2] as const;
const sessions = 10;
const pieceDelayMs = 20;
const words = 30;
const readyWithinMs = 5_000;
/** Longer than a lease. */
const stoppedMs = { least: 500, most: 18_000 };
const awayMs = 4_000;

type Hurt = { instances: PostgresInstances; database: PrivatePostgres; random: Random };

const hurt = {
  async 'a server killed'({ instances, random }: Hurt) {
    const victim = random.oneOf(all);
    await instances.at(victim).kill();
    await pause(random.between(0, awayMs));
    await instances.start(victim);
  },
  async 'a server stopped'({ instances, random }: Hurt) {
    const { pid } = instances.at(random.oneOf(all));
    process.kill(pid, 'SIGSTOP');
    await pause(random.between(stoppedMs.least, stoppedMs.most));
    process.kill(pid, 'SIGCONT');
  },
  async 'PostgreSQL killed'({ database, random }: Hurt) {
    await database.kill();
    await pause(random.between(0, awayMs));
    await database.start();
  },
  async 'sessions ended'({ instances, random }: Hurt) {
    const client = new DatabaseClient({ connectionString: instances.databaseUrl });
    await client.connect();
    const { rows } = await client.query<{ pid: number }>(
      'select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    for (const { pid } of rows) {
      if (random.between(0, 1) === 1) await client.query('select pg_terminate_backend($1)', [pid]);
    }
    await client.end();
  },
};

const ways = ['a server killed', 'a server stopped', 'PostgreSQL killed', 'sessions ended'] as const;

/** Sessions whose readers are on two of the servers each, and on the next while theirs is gone. */
async function openTalks(instances: PostgresInstances, person: Person, history: History, random: Random) {
  let orders = 0;
  const talks = new BusyConversations(() => orderWords(words, (orders += 1)));
  const living = (first: number) => () => {
    const index = all.map((each) => (first + each) % count).find((each) => instances.at(each).isAlive);
    return instances.client(index ?? first, person);
  };
  for (let i = 0; i < sessions; i++) {
    const first = random.oneOf(all);
    talks.add(await Conversation.open({ person, history, clients: [living(first), living(first + 1)] }));
  }
  return talks;
}

async function areReady(instances: PostgresInstances): Promise<boolean> {
  const replies = await Promise.all(instances.servers.map(({ url }) => fetch(new URL('/readyz', url))));
  return replies.every(({ status }) => status === 200);
}
