import { randomUUID } from 'node:crypto';
import { quantile } from '../../../bench/support/lines.ts';
import type { Client } from '../../client.ts';
import type { Person } from '../../given.ts';
import { waitFor } from '../../wait-for.ts';
import { answerOrders, orderWords, wordsOf } from '../answers.ts';
import { type Attack, type AttackOptions, newTally, type Tally } from '../attack.ts';
import { BehindNginx, noBehindNginx } from '../behind-nginx.ts';
import { Conversation } from '../conversation.ts';
import type { Fleet } from '../fleet.ts';
import { History } from '../history.ts';
import { Instances } from '../instances.ts';
import { judge } from '../judge.ts';
import { createRandom, type Random } from '../random.ts';

/** F6: two servers on one data directory are sent the same message at once, and what one of them streams is stopped through the other,
 *  also while its model says nothing. */
export const twoInstances: Attack = {
  name: 'two-instances',
  id: 'F6',
  title: 'the same send to two servers at once; a stop through the other',
  rounds: { fast: 40, whole: 500 },
  async run(options) {
    await using instances = await Instances.start({ beside: [{}] });
    return await sendTwice({ fleet: instances, client: (index, person) => instances.client(index, person) }, options);
  },
};

/** The same behind nginx, with three servers on PostgreSQL: nobody knows which of them takes what. */
export const nginxSends: Attack = {
  name: 'nginx-sends',
  id: 'F6',
  title: 'the same send twice at once, and stops, to three servers behind nginx',
  rounds: { fast: 20, whole: 500 },
  obstacle: noBehindNginx,
  async run(options) {
    await using world = await BehindNginx.start(3);
    return await sendTwice({ fleet: world.instances, client: (_index, person) => world.client(person) }, options);
  },
};

/** Servers, and how a person's two windows reach them. */
type World = { fleet: Fleet; client(window: number, person: Person): Client };

async function sendTwice(world: World, { rounds, seed, say }: AttackOptions): Promise<Tally> {
  const random = createRandom(seed);
  const tally = newTally();
  const history = new History();
  answerOrders(world.fleet.model, { pieceDelayMs, continues: true });
  const pair = new Pair(world, history, tally, random);
  await pair.open();
  await pair.sendAll(rounds);
  say(`${tally.rounds} messages sent twice`);
  const stopped: number[] = [];
  for (let i = 0; i < Math.ceil(rounds / sendsPerStop); i++) stopped.push(await pair.stop(i % 2 === 1));
  say(`${stopped.length} turns stopped`);
  await pair.end();
  const what = 'from a stop through another server until every reader and the owner know, ';
  tally.measures.push({ what: `${what}p95`, value: quantile(stopped, 0.95), unit: 'ms', atMost: stopWithinMs });
  tally.measures.push({ what: `${what}max`, value: Math.max(...stopped), unit: 'ms', atMost: stopWithinMs });
  return tally;
}

const pieceDelayMs = 15;
const sessions = 8;
const sendsPerStop = 10;
const stopWithinMs = 1_000;
/** Pieces a model says before it falls silent. */
const stallAfter = 6;
const longWords = 2_000;

class Pair {
  readonly #world: World;
  readonly #history: History;
  readonly #tally: Tally;
  readonly #random: Random;
  readonly #conversations: Conversation[] = [];
  #orders = 0;

  constructor(world: World, history: History, tally: Tally, random: Random) {
    this.#world = world;
    this.#history = history;
    this.#tally = tally;
    this.#random = random;
  }

  /** Sessions with a reader on either server. */
  async open(): Promise<void> {
    const { fleet, client } = this.#world;
    for (let i = 0; i < sessions; i++) {
      const person = await fleet.person();
      const clients = [() => client(0, person), () => client(1, person)] as const;
      this.#conversations.push(await Conversation.open({ person, history: this.#history, clients }));
    }
  }

  /** The sessions send side by side, each the next message when the last one is answered. */
  async sendAll(rounds: number): Promise<void> {
    let left = rounds;
    await Promise.all(
      this.#conversations.map(async (conversation) => {
        while (left-- > 0) await this.#sendToBoth(conversation);
      }),
    );
  }

  async #sendToBoth(conversation: Conversation): Promise<void> {
    const text = this.#order(this.#random.between(1, 8));
    const clientTurnId = randomUUID();
    const outcomes = await Promise.all([0, 1].map((reader) => conversation.send(text, { reader, clientTurnId })));
    this.#tally.rounds += 1;
    this.#tally.faults += 1;
    for (const outcome of outcomes) {
      if (outcome.state === 'stored') await conversation.untilOver(outcome.turnId);
      else this.#tally.breaches.push(`message ${clientTurnId} is ${outcome.state}`);
    }
  }

  /** Stops a turn through the server that does not run it.
   *  @returns milliseconds until every reader shows it stopped and the model was let go */
  async stop(isStalled: boolean): Promise<number> {
    const { model, servers } = this.#world.fleet;
    const conversation = this.#random.oneOf(this.#conversations as [Conversation]);
    const text = this.#order(longWords);
    if (isStalled) model.next({ text: wordsOf(text), stallAfter });
    const outcome = await conversation.send(text);
    if (outcome.state !== 'stored') throw new Error(`a message is ${outcome.state}`);
    const { turnId } = outcome;
    await conversation.until('its text', turnId, ({ running }) => (running?.text ?? '') !== '');
    const owner = servers.findIndex((_server, index) => this.#world.fleet.claimedBy(index).includes(turnId));
    if (owner < 0) throw new Error('a turn runs that nobody claimed');
    const asked = model.requests.at(-1);
    const startedMs = performance.now();
    await Promise.all([
      conversation.stop(turnId, owner === 0 ? 1 : 0),
      conversation.until('the stop', turnId, ({ state }) => state === 'cancelled'),
      waitFor('the model let go', () => asked?.aborted ?? false),
    ]);
    this.#tally.faults += 1;
    return performance.now() - startedMs;
  }

  /** One row and one run for each message, and readers who agree. */
  async end(): Promise<void> {
    const { fleet } = this.#world;
    const { lost, doubled, breaches } = await judge(fleet.judged, this.#history, { continues: true });
    const ranAgain = await fleet.query('select turn_id from turns where attempt <> 1');
    const [{ turns } = {}] = await fleet.query('select count(*) as turns from turns');
    this.#tally.lost += lost;
    this.#tally.doubled += doubled;
    this.#tally.acknowledged += this.#history.acknowledged;
    this.#tally.breaches.push(
      ...breaches,
      ...this.#conversations.flatMap((conversation) => conversation.breaches()),
      ...ranAgain.map(({ turn_id }) => `turn ${turn_id} ran more than once`),
    );
    const asked = fleet.model.requests.length;
    if (turns !== this.#orders) this.#tally.breaches.push(`${this.#orders} messages are ${turns} turns`);
    if (asked !== this.#orders) this.#tally.breaches.push(`${this.#orders} messages asked the model ${asked} times`);
    await Promise.all(this.#conversations.map((conversation) => conversation.close()));
  }

  #order(words: number): string {
    this.#orders += 1;
    return orderWords(words, this.#orders);
  }
}
