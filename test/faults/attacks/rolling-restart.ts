import { setTimeout as pause } from 'node:timers/promises';
import { Client } from '../../client.ts';
import type { Person } from '../../given.ts';
import type { Exit } from '../../server-process.ts';
import { answerOrders, orderWords } from '../answers.ts';
import { type Attack, type AttackOptions, newTally, type Tally } from '../attack.ts';
import { BehindNginx, noBehindNginx } from '../behind-nginx.ts';
import { BusyConversations } from '../busy-conversations.ts';
import { Conversation } from '../conversation.ts';
import { FailoverProxy } from '../failover-proxy.ts';
import type { Fleet } from '../fleet.ts';
import { History } from '../history.ts';
import { Instances } from '../instances.ts';
import { judge } from '../judge.ts';
import { createRandom, type Random } from '../random.ts';

/** F10: behind a proxy, a second server starts on the data directory and the first gets SIGTERM, again and again, while 50 readers follow running
 *  turns and go on sending. Nobody but the proxy knows of it. */
export const rollingRestart: Attack = {
  name: 'rolling-restart',
  id: 'F10',
  title: 'a rolling restart under 50 streams',
  rounds: { fast: 2, whole: 20 },
  async run(options) {
    await using instances = await Instances.start({ env, beside: [] });
    await using proxy = await FailoverProxy.start();
    proxy.lead(instances.at(0).url);
    let current = 0;
    const front = { fleet: instances, url: proxy.url, continues: false };
    return await restartAgain(front, options, async (crowd) => {
      const next = await instances.add();
      await crowd.untilBusy();
      const ended = timed(instances.at(current).terminate());
      proxy.lead(instances.at(current).url, instances.at(next).url);
      // A proxy notices with its next look at /readyz.
      await pause(crowd.random.between(0, longestLookMs));
      proxy.lead(instances.at(next).url);
      current = next;
      return ended;
    });
  },
};

/** The same with three servers on PostgreSQL behind nginx, which is told nothing: one after the other gets SIGTERM and is started again. */
export const nginxRestart: Attack = {
  name: 'nginx-restart',
  id: 'F10',
  title: 'a rolling restart of three servers behind nginx under 50 streams',
  rounds: { fast: 2, whole: 21 },
  obstacle: noBehindNginx,
  async run(options) {
    await using world = await BehindNginx.start(3, { env });
    const { instances, nginx } = world;
    let current = 0;
    return await restartAgain({ fleet: instances, url: nginx.url, continues: true }, options, async (crowd) => {
      const index = current % instances.servers.length;
      current += 1;
      await crowd.untilBusy();
      const ended = await timed(instances.at(index).terminate());
      await instances.start(index);
      return ended;
    });
  },
};

/** Servers, the address that everybody has of them, and whether their model goes on from shown text. */
type Front = { fleet: Fleet; url: URL; continues: boolean };
type Ended = { exit: Exit; ms: number };

async function timed(ending: Promise<Exit>): Promise<Ended> {
  const startedMs = performance.now();
  const exit = await ending;
  return { exit, ms: performance.now() - startedMs };
}

/** @param restart  ends one server while another serves, and resolves when it is gone */
async function restartAgain(
  front: Front,
  { rounds, seed, say }: AttackOptions,
  restart: (crowd: Crowd) => Promise<Ended>,
): Promise<Tally> {
  const tally = newTally();
  answerOrders(front.fleet.model, { pieceDelayMs, continues: front.continues });
  await using crowd = await Crowd.gather(front, createRandom(seed));
  const exitMs: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    const { exit, ms } = await restart(crowd);
    tally.faults += 1;
    exitMs.push(ms);
    if (exit.code !== 0) tally.breaches.push(`restart ${round} ended with ${exit.signal ?? exit.code}`);
    await crowd.judge(tally);
    tally.rounds += 1;
    say(`restart ${round}: ${Math.round(ms)} ms, ${crowd.running} turns running`);
  }
  await crowd.disperse(tally);
  tally.measures.push(
    { what: 'from SIGTERM to the exit, max', value: Math.max(...exitMs), unit: 'ms', atMost: drainMs + closingMs },
    { what: 'turns handed over', value: await crowd.handedOver(), unit: 'turns' },
    { what: 'sends answered 5xx or 429, and sent again', value: crowd.answered, unit: 'tries' },
    { what: 'sends whose connection was lost or refused', value: crowd.cut, unit: 'tries' },
    { what: 'streams that were opened', value: crowd.connections, unit: 'streams' },
  );
  return tally;
}

const readers = 50;
/** A user may have 40 streams. */
const people = 5;
const pieceDelayMs = 80;
/** From two to five seconds of writing: some end within the drain, some outlast it. */
const words = { least: 25, most: 65 };
const drainMs = 3_000;
/** What the last answers and the closing of the store may take on top. */
const closingMs = 5_000;
const longestLookMs = 500;
const env = { PERDURE_DRAIN_SECONDS: String(drainMs / 1000) };

class Crowd {
  readonly random: Random;
  answered = 0;
  cut = 0;
  readonly #fleet: Fleet;
  readonly #history = new History();
  readonly #talks: BusyConversations;
  #orders = 0;

  private constructor(fleet: Fleet, random: Random) {
    this.#fleet = fleet;
    this.random = random;
    this.#talks = new BusyConversations(() => {
      this.#orders += 1;
      return orderWords(random.between(words.least, words.most), this.#orders);
    });
  }

  /** Opens the sessions, all of them at the one address. */
  static async gather({ fleet, url }: Front, random: Random): Promise<Crowd> {
    const crowd = new Crowd(fleet, random);
    for (let i = 0; i < people; i++) {
      const person = await fleet.person();
      const client = new Client(url, person.client.token);
      for (let k = 0; k < readers / people; k++) await crowd.#open(person, client);
    }
    return crowd;
  }

  /** Until most sessions show text, and nothing that an earlier restart handed over is under way. */
  untilBusy(): Promise<void> {
    return this.#talks.untilFresh(readers * 0.8);
  }

  get running(): number {
    return this.#talks.showing;
  }

  get connections(): number {
    return this.#talks.all.reduce((sum, { readers: [reader] }) => sum + (reader?.connections ?? 0), 0);
  }

  async handedOver(): Promise<number> {
    return Number((await this.#fleet.query('select count(*) as n from turns where attempt > 1'))[0]?.n);
  }

  /** Lets everything end: every message was answered, every turn is done, every reader has what the log has. */
  async disperse(tally: Tally): Promise<void> {
    tally.breaches.push(...(await this.#talks.end()));
    await this.judge(tally);
    tally.acknowledged += this.#history.acknowledged;
  }

  async judge(tally: Tally): Promise<void> {
    const { lost, doubled, breaches } = await judge(this.#fleet.judged, this.#history, { continues: true });
    tally.lost += lost;
    tally.doubled += doubled;
    tally.breaches.push(...breaches);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#talks.close();
  }

  async #open(person: Person, client: Client): Promise<void> {
    const onOpen = (status: number | undefined) => {
      if (status === undefined) this.cut += 1;
      else this.answered += 1;
    };
    this.#talks.add(await Conversation.open({ person, history: this.#history, clients: [() => client], onOpen }));
  }
}
