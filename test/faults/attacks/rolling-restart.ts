import { setTimeout as pause } from 'node:timers/promises';
import { Client } from '../../client.ts';
import { queryDatabase } from '../../database.ts';
import type { Person } from '../../given.ts';
import { answerOrders, orderWords } from '../answers.ts';
import { type Attack, newTally, type Tally } from '../attack.ts';
import { BusyConversations } from '../busy-conversations.ts';
import { Conversation } from '../conversation.ts';
import { FailoverProxy } from '../failover-proxy.ts';
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
  async run({ rounds, seed, say }) {
    const tally = newTally();
    await using instances = await Instances.start({
      env: { PERDURE_DRAIN_SECONDS: String(drainMs / 1000) },
      beside: [],
    });
    await using proxy = await FailoverProxy.start();
    proxy.lead(instances.at(0).url);
    answerOrders(instances.home.model, { pieceDelayMs, continues: false });
    await using crowd = await Crowd.gather(instances, proxy, createRandom(seed));
    const exitMs: number[] = [];
    let current = 0;
    for (let round = 1; round <= rounds; round++) {
      const next = await instances.add();
      await crowd.untilBusy();
      const startedMs = performance.now();
      const ended = instances.at(current).terminate();
      tally.faults += 1;
      proxy.lead(instances.at(current).url, instances.at(next).url);
      // A proxy notices with its next look at /readyz.
      await pause(crowd.random.between(0, longestLookMs));
      proxy.lead(instances.at(next).url);
      const { code, signal } = await ended;
      exitMs.push(performance.now() - startedMs);
      if (code !== 0) tally.breaches.push(`restart ${round} ended with ${signal ?? code}`);
      await crowd.judge(tally);
      tally.rounds += 1;
      current = next;
      say(`restart ${round}: ${Math.round(exitMs.at(-1) ?? 0)} ms, ${crowd.running} turns running`);
    }
    await crowd.disperse(tally);
    const most = drainMs + closingMs;
    tally.measures.push({
      what: 'from SIGTERM to the exit, max',
      value: Math.max(...exitMs),
      unit: 'ms',
      atMost: most,
    });
    tally.measures.push({ what: 'turns handed over', value: crowd.handedOver(), unit: 'turns' });
    tally.measures.push({ what: 'sends answered 5xx or 429, and sent again', value: crowd.answered, unit: 'tries' });
    tally.measures.push({ what: 'sends whose connection was lost or refused', value: crowd.cut, unit: 'tries' });
    tally.measures.push({ what: 'streams that were opened', value: crowd.connections, unit: 'streams' });
    return tally;
  },
};

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

class Crowd {
  readonly random: Random;
  answered = 0;
  cut = 0;
  readonly #instances: Instances;
  readonly #history = new History();
  readonly #talks: BusyConversations;
  #orders = 0;

  private constructor(instances: Instances, random: Random) {
    this.#instances = instances;
    this.random = random;
    this.#talks = new BusyConversations(() => {
      this.#orders += 1;
      return orderWords(random.between(words.least, words.most), this.#orders);
    });
  }

  /** Opens the sessions, all of them through the proxy. */
  static async gather(instances: Instances, proxy: FailoverProxy, random: Random): Promise<Crowd> {
    const crowd = new Crowd(instances, random);
    for (let i = 0; i < people; i++) {
      const person = await instances.home.person();
      const client = new Client(proxy.url, person.client.token);
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

  handedOver(): number {
    const sql = 'select count(*) as n from turns where attempt > 1';
    return Number(queryDatabase(this.#instances.home.databasePath, sql)[0]?.n);
  }

  /** Lets everything end: every message was answered, every turn is done, every reader has what the log has. */
  async disperse(tally: Tally): Promise<void> {
    tally.breaches.push(...(await this.#talks.end()));
    await this.judge(tally);
    tally.acknowledged += this.#history.acknowledged;
  }

  async judge(tally: Tally): Promise<void> {
    const { lost, doubled, breaches } = await judge(this.#instances.home.dataDir, this.#history, { continues: true });
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
