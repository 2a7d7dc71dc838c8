import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../../src/clock.ts';
import { loginAnswer } from '../../../src/contract/auth.ts';
import { leaseMs } from '../../../src/events/leases/lease-runner.ts';
import { answered, Client } from '../../client.ts';
import { queryDatabase } from '../../database.ts';
import { waitFor } from '../../wait-for.ts';
import { answerOrders, orderWords, wordsOf } from '../answers.ts';
import { type Attack, newTally, type Tally } from '../attack.ts';
import { BusyConversations } from '../busy-conversations.ts';
import { Conversation } from '../conversation.ts';
import { History } from '../history.ts';
import { Instances } from '../instances.ts';
import { judge } from '../judge.ts';
import { createRandom, type Random } from '../random.ts';
import { isNews, type RunningTurn, runningTurns } from '../running-turn.ts';
import { clockObstacle, wrongClock } from '../wrong-clock.ts';

/** F9: of three servers on one data directory one has its wall clock an hour ahead and one an hour behind. Turns that run longer than a lease
 *  stay with whoever has them, whatever the clocks say; once an owner is gone its turns are taken over at once all the same. */
export const wrongClocks: Attack = {
  name: 'wrong-clock',
  id: 'F9',
  title: 'the wall clocks of two servers are an hour ahead and an hour behind',
  rounds: { fast: 1, whole: 5 },
  obstacle: clockObstacle,
  async run({ rounds, seed, say }) {
    const random = createRandom(seed);
    const tally = newTally();
    const takenMs: number[] = [];
    for (let round = 1; round <= rounds; round++) {
      await using trio = await Trio.start(random);
      await trio.checkClocks(tally);
      await trio.checkLogins(tally);
      await trio.holdTurns(tally);
      takenMs.push(...(await trio.killOne(tally)));
      await trio.end(tally);
      tally.rounds += 1;
      say(`round ${round}: ${takenMs.length} turns taken over from servers that were killed`);
    }
    const what = 'from the kill of a server to the next new piece of its turn, max';
    tally.measures.push({ what, value: Math.max(...takenMs), unit: 'ms', atMost: 3_000 });
    return tally;
  },
};

const hourSeconds = 3_600;
/** Seconds that each server's clock is ahead. */
const aheadSeconds = [0, hourSeconds, -hourSeconds] as const;
const all = [0, 1, 2] as const;
/** Longer than a lease that nobody renews. */
const heldMs = leaseMs + 3_000;
const heldPerServer = 3;
const busySessions = 6;
const pieceDelayMs = 20;
const words = 40;
const stallAfter = 5;

class Trio implements AsyncDisposable {
  readonly #instances: Instances;
  readonly #random: Random;
  readonly #history = new History();
  readonly #held: Conversation[] = [];
  readonly #busy: BusyConversations;
  #silent = new Map<string, RunningTurn>();
  #killedMs = 0;
  #takenMs: number[] = [];
  #dead: number | undefined;
  #orders = 0;

  private constructor(instances: Instances, random: Random) {
    this.#instances = instances;
    this.#random = random;
    this.#busy = new BusyConversations(() => this.#order());
  }

  static async start(random: Random): Promise<Trio> {
    const env = { PERDURE_MODEL_CONTINUES: '1' };
    const beside = aheadSeconds.slice(1).map(wrongClock);
    const instances = await Instances.start({ env, beside });
    answerOrders(instances.home.model, { pieceDelayMs, continues: true });
    return new Trio(instances, random);
  }

  /** The servers do have those clocks, as their answers tell. */
  async checkClocks(tally: Tally): Promise<void> {
    for (const index of all) {
      const { headers } = await new Client(this.#instances.at(index).url).get('/healthz');
      const aheadMs = Date.parse(String(headers.date)) - Date.now();
      if (Math.abs(aheadMs - (aheadSeconds[index] ?? 0) * 1_000) > 60_000) {
        tally.breaches.push(`the clock of server ${index} is ${aheadMs} ms ahead, which is not the attack`);
      } else if (aheadSeconds[index] !== 0) tally.faults += 1;
    }
  }

  /** A login of any server is good at all of them at once, and dead at all once it is signed out at any. */
  async checkLogins(tally: Tally): Promise<void> {
    const { admin, adminPassword: password } = this.#instances.home;
    for (const index of all) {
      const client = new Client(this.#instances.at(index).url);
      const reply = await client.post('/api/auth/login', { username: admin.username, password });
      const { access_token: token } = answered(reply, 200, loginAnswer);
      const statuses = async () => {
        const replies = all.map((each) => new Client(this.#instances.at(each).url, token).get('/api/auth/me'));
        return (await Promise.all(replies)).map(({ status }) => status).join(' ');
      };
      const good = await statuses();
      const out = all[(index + 1) % all.length] ?? 0;
      await new Client(this.#instances.at(out).url, token).post('/api/auth/logout');
      const dead = await statuses();
      if (good !== '200 200 200' || dead !== '401 401 401') {
        tally.breaches.push(`a login of server ${index} is answered ${good}, signed out ${dead}`);
      }
    }
  }

  /** Turns whose model says nothing more stay with their owners beyond a lease, while others come and go. */
  async holdTurns(tally: Tally): Promise<void> {
    const { home } = this.#instances;
    for (let i = 0; i < heldPerServer * all.length; i++) {
      const conversation = await this.#open(i);
      this.#held.push(conversation);
      const text = this.#order();
      home.model.next({ text: wordsOf(text), stallAfter });
      const outcome = await conversation.send(text, { reader: 0 });
      if (outcome.state !== 'stored') throw new Error(`a message is ${outcome.state}`);
      await conversation.until('its text', outcome.turnId, ({ running }) => (running?.text ?? '') !== '');
    }
    for (let i = 0; i < busySessions; i++) this.#busy.add(await this.#open(i));
    await pause(heldMs);
    const { databasePath } = home;
    const stolen = queryDatabase(databasePath, 'select turn_id, attempt from turns where attempt > 1');
    tally.breaches.push(...stolen.map(({ turn_id }) => `turn ${turn_id} was taken from an owner that lives`));
    const leases = queryDatabase(databasePath, "select turn_id, lease_until_ms from turns where state = 'running'");
    const nowMs = systemClock.monotonicMs();
    for (const row of leases) {
      const leftMs = Number(row.lease_until_ms) - nowMs;
      if (leftMs < 0 || leftMs > leaseMs) tally.breaches.push(`the lease of turn ${row.turn_id} runs ${leftMs} ms on`);
    }
  }

  /** Kills one of those with a wrong clock.
   *  @returns milliseconds from the kill to the next new piece of each of its turns */
  async killOne(tally: Tally): Promise<number[]> {
    // Whoever is quickest claims: on a busy machine one of them may have none for a while.
    const { victim, owned } = await waitFor('a server with a wrong clock to run turns', () => {
      const busy = [1, 2].map((each) => ({ victim: each, owned: this.#ownedBy(each) }));
      const [one, ...more] = busy.filter((each) => each.owned.length > 0);
      return one && this.#random.oneOf([one, ...more]);
    });
    this.#silent = new Map(owned.map((turn) => [turn.turnId, turn]));
    this.#dead = victim;
    this.#killedMs = performance.now();
    await this.#instances.at(victim).kill();
    tally.faults += 1;
    await waitFor('the turns of the killed server', () => this.#silent.size === 0);
    return this.#takenMs;
  }

  #ownedBy(index: number): RunningTurn[] {
    const claimed = new Set(this.#instances.claimedBy(index));
    return runningTurns(this.#instances.home.databasePath).filter(({ turnId }) => claimed.has(turnId));
  }

  async end(tally: Tally): Promise<void> {
    const { home } = this.#instances;
    const stopped = this.#held.map(async (conversation) => {
      const { turnId, state } = conversation.readers[0]?.view.turns[0] ?? {};
      if (turnId !== undefined && state === 'running') await conversation.stop(turnId);
    });
    await Promise.all(stopped);
    await waitFor('the end of the held turns', () => this.#held.every(({ isIdle }) => isIdle));
    tally.breaches.push(...(await this.#busy.end()), ...this.#held.flatMap((each) => each.breaches()));
    const failed = queryDatabase(
      home.databasePath,
      "select turn_id, state from turns where state not in ('done', 'cancelled')",
    );
    tally.breaches.push(...failed.map(({ turn_id, state }) => `turn ${turn_id} is ${state}`));
    const { lost, doubled, breaches } = await judge(home.dataDir, this.#history, { continues: true });
    tally.lost += lost;
    tally.doubled += doubled;
    tally.acknowledged += this.#history.acknowledged;
    tally.breaches.push(...breaches);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#busy.close(), ...this.#held.map((each) => each.close())]);
    await this.#instances[Symbol.asyncDispose]();
  }

  /** A session with a reader on each server; the first is the one that is asked. */
  async #open(turn: number): Promise<Conversation> {
    const person = await this.#instances.home.person();
    const clients = all.map((each) => () => {
      const wanted = (turn + each) % all.length;
      return this.#instances.client(wanted === this.#dead ? 0 : wanted, person);
    });
    return Conversation.open({
      person,
      history: this.#history,
      clients: clients as [() => Client],
      onEvent: (event) => {
        const silent = this.#silent.get(event.turn_id ?? '');
        if (!silent || !isNews(event, silent)) return;
        this.#silent.delete(silent.turnId);
        this.#takenMs.push(performance.now() - this.#killedMs);
      },
    });
  }

  #order(): string {
    this.#orders += 1;
    return orderWords(words, this.#orders);
  }
}
