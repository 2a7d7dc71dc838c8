import { setTimeout as pause } from 'node:timers/promises';
import { Client } from '../../client.ts';
import { queryDatabase } from '../../database.ts';
import type { Person } from '../../given.ts';
import { waitFor } from '../../wait-for.ts';
import { answerOrders, orderWords } from '../answers.ts';
import { type Attack, newTally, type Tally } from '../attack.ts';
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
  rounds: { fast: 3, whole: 20 },
  async run({ rounds, seed, say }) {
    const tally = newTally();
    await using instances = await Instances.start({
      env: { PERDURE_DRAIN_SECONDS: String(drainMs / 1000) },
      beside: [],
    });
    await using proxy = await FailoverProxy.start();
    proxy.lead(instances.at(0).url);
    answerOrders(instances.home.model, { pieceDelayMs, continues: false });
    const crowd = new Crowd(instances, proxy, createRandom(seed));
    await crowd.gather();
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
  readonly #proxy: FailoverProxy;
  readonly #history = new History();
  readonly #conversations: Conversation[] = [];
  readonly #failures: string[] = [];
  readonly #sending = new Set<Conversation>();
  #timer: NodeJS.Timeout | undefined;
  #orders = 0;

  constructor(instances: Instances, proxy: FailoverProxy, random: Random) {
    this.#instances = instances;
    this.#proxy = proxy;
    this.random = random;
  }

  /** Opens the sessions and keeps a turn running in each. */
  async gather(): Promise<void> {
    const those: Person[] = [];
    for (let i = 0; i < people; i++) those.push(await this.#instances.home.person());
    for (let i = 0; i < readers; i++) {
      const person = those[i % people];
      if (!person) continue;
      const client = new Client(this.#proxy.url, person.client.token);
      const onOpen = (status: number | undefined) => {
        if (status === undefined) this.cut += 1;
        else this.answered += 1;
      };
      const clients = [() => client] as const;
      this.#conversations.push(await Conversation.open({ person, history: this.#history, clients, onOpen }));
    }
    this.#timer = setInterval(() => this.#fill(), 20);
  }

  /** Until most sessions show text, and nothing that an earlier restart handed over is under way: a turn has three attempts. */
  async untilBusy(): Promise<void> {
    await waitFor('running turns', () => {
      const again = this.#conversations.some(({ readers: [reader] }) =>
        reader?.view.turns.some(({ state, attempt }) => state === 'running' && attempt > 1),
      );
      return !again && this.running >= readers * 0.8;
    });
  }

  get running(): number {
    return this.#conversations.filter(({ readers: [reader] }) =>
      reader?.view.turns.some(({ state, running }) => state === 'running' && running !== undefined),
    ).length;
  }

  get connections(): number {
    return this.#conversations.reduce((sum, { readers: [reader] }) => sum + (reader?.connections ?? 0), 0);
  }

  handedOver(): number {
    const sql = 'select count(*) as n from turns where attempt > 1';
    return Number(queryDatabase(this.#instances.home.databasePath, sql)[0]?.n);
  }

  /** Lets everything end: every message was answered, every turn is done, every reader has what the log has. */
  async disperse(tally: Tally): Promise<void> {
    clearInterval(this.#timer);
    await waitFor(
      'the end of every turn',
      () => this.#sending.size === 0 && this.#conversations.every((each) => each.isIdle),
    );
    await this.judge(tally);
    const { databasePath } = this.#instances.home;
    const others = queryDatabase(databasePath, "select turn_id, state, code from turns where state <> 'done'");
    tally.breaches.push(
      ...this.#failures,
      ...others.map(({ turn_id, state, code }) => `turn ${turn_id} is ${state} (${code})`),
      ...this.#conversations.flatMap((conversation) => conversation.breaches()),
    );
    tally.acknowledged += this.#history.acknowledged;
    await Promise.all(this.#conversations.map((conversation) => conversation.close()));
  }

  async judge(tally: Tally): Promise<void> {
    const { lost, doubled, breaches } = await judge(this.#instances.home.dataDir, this.#history, { continues: true });
    tally.lost += lost;
    tally.doubled += doubled;
    tally.breaches.push(...breaches);
  }

  #fill(): void {
    for (const conversation of this.#conversations) {
      if (!this.#sending.has(conversation) && conversation.isIdle) void this.#send(conversation);
    }
  }

  /** Sends the next message; until its reader shows it, no other. */
  async #send(conversation: Conversation): Promise<void> {
    this.#sending.add(conversation);
    this.#orders += 1;
    const text = orderWords(this.random.between(words.least, words.most), this.#orders);
    try {
      const outcome = await conversation.send(text);
      if (outcome.state !== 'stored') throw new Error(`a message is ${outcome.state}`);
      await conversation.until('one’s own message', outcome.turnId, () => true);
    } catch (error) {
      this.#failures.push(String(error));
    } finally {
      this.#sending.delete(conversation);
    }
  }
}
