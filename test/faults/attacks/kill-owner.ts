import { setTimeout as pause } from 'node:timers/promises';
import { quantile } from '../../../bench/support/lines.ts';
import { waitFor } from '../../wait-for.ts';
import { answerOrders, orderWords } from '../answers.ts';
import { type Attack, newTally, type Tally } from '../attack.ts';
import { BusyConversations } from '../busy-conversations.ts';
import { Conversation } from '../conversation.ts';
import { History } from '../history.ts';
import { Instances } from '../instances.ts';
import { judge } from '../judge.ts';
import { createRandom, type Random } from '../random.ts';
import { isNews, type RunningTurn, runningTurns } from '../running-turn.ts';

/** F2 with a second server alive: one of two is killed while it runs at least 8 turns. The other goes on with them, and their readers,
 *  who were on either, see it from there. */
export const killOwner: Attack = {
  name: 'kill-owner',
  id: 'F2',
  title: 'kill -9 of one of two servers while it runs at least 8 turns',
  rounds: { fast: 3, whole: 100 },
  async run({ rounds, seed, say }) {
    const tally = newTally();
    await using instances = await Instances.start({ env: { PERDURE_MODEL_CONTINUES: '1' }, beside: [{}] });
    answerOrders(instances.home.model, { pieceDelayMs, continues: true });
    await using pair = await Pair.open(instances, createRandom(seed));
    for (let round = 1; round <= rounds; round++) {
      const killed = await pair.killOne(tally);
      say(`round ${round}: ${killed} turns of the killed server went on`);
    }
    await pair.end(tally);
    const what = 'from the kill to the next new piece of a turn of the killed server';
    tally.measures.push(
      { what: `${what}, p95`, value: quantile(pair.resumedMs, 0.95), unit: 'ms', atMost: resumedWithinMs },
      { what: `${what}, p50`, value: quantile(pair.resumedMs, 0.5), unit: 'ms' },
      { what: `${what}, max`, value: Math.max(...pair.resumedMs), unit: 'ms' },
      { what: 'from the kill to the claim of such a turn, p95', value: quantile(pair.claimedMs, 0.95), unit: 'ms' },
      { what: 'turns of killed servers', value: pair.resumedMs.length, unit: 'turns' },
    );
    return tally;
  },
};

const leastOwned = 8;
const sessions = 20;
const pieceDelayMs = 30;
/** Two to four seconds of writing. */
const words = { least: 80, most: 160 };
const resumedWithinMs = 3_000;

class Pair {
  /** From each kill to the next new piece of each turn that the killed server ran. */
  readonly resumedMs: number[] = [];
  /** From each kill to the claim of each of them, as their readers see it. */
  readonly claimedMs: number[] = [];
  readonly #instances: Instances;
  readonly #random: Random;
  readonly #history = new History();
  readonly #talks: BusyConversations;
  /** Turns of the killed server that have not been heard of since. */
  #silent = new Map<string, RunningTurn>();
  #killedMs = 0;
  #orders = 0;

  private constructor(instances: Instances, random: Random) {
    this.#instances = instances;
    this.#random = random;
    this.#talks = new BusyConversations(() => {
      this.#orders += 1;
      return orderWords(random.between(words.least, words.most), this.#orders);
    });
  }

  /** Sessions whose readers are on either server, and on the other one while theirs is gone. */
  static async open(instances: Instances, random: Random): Promise<Pair> {
    const pair = new Pair(instances, random);
    const person = await instances.home.person();
    for (let i = 0; i < sessions; i++) {
      const own = i % 2;
      const client = () => instances.client(instances.at(own).isAlive ? own : 1 - own, person);
      pair.#talks.add(
        await Conversation.open({
          person,
          history: pair.#history,
          clients: [client],
          onEvent(event) {
            const turn = pair.#silent.get(event.turn_id ?? '');
            if (!turn) return;
            const sinceKillMs = performance.now() - pair.#killedMs;
            if (event.type === 'turn_state' && event.state === 'running') pair.claimedMs.push(sinceKillMs);
            if (!isNews(event, turn)) return;
            pair.#silent.delete(turn.turnId);
            pair.resumedMs.push(sinceKillMs);
          },
        }),
      );
    }
    return pair;
  }

  /** @returns how many turns the killed server ran */
  async killOne(tally: Tally): Promise<number> {
    await this.#talks.untilFresh(sessions / 2);
    const victim = await this.#busyServer();
    await pause(this.#random.between(0, 300));
    const owned = this.#ownedBy(victim);
    this.#silent = new Map(owned.map((turn) => [turn.turnId, turn]));
    this.#killedMs = performance.now();
    await this.#instances.at(victim).kill();
    tally.faults += 1;
    if (owned.length >= leastOwned) tally.rounds += 1;
    await waitFor('the turns of the killed server', () => this.#silent.size === 0);
    await this.#judge(tally);
    await this.#instances.replace(victim);
    return owned.length;
  }

  /** One of the servers that run enough turns. A place that comes free is taken by whoever is first, so either may have few for long. */
  async #busyServer(): Promise<number> {
    return await waitFor(`${leastOwned} turns of one server`, () => {
      const [one, ...others] = [0, 1].filter((index) => this.#ownedBy(index).length >= leastOwned);
      return one !== undefined && this.#random.oneOf([one, ...others]);
    });
  }

  async end(tally: Tally): Promise<void> {
    tally.breaches.push(...(await this.#talks.end()));
    await this.#judge(tally);
    tally.acknowledged += this.#history.acknowledged;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#talks.close();
  }

  /** A turn in its first attempt is run by whoever claimed it. */
  #ownedBy(index: number): RunningTurn[] {
    const claimed = new Set(this.#instances.claimedBy(index));
    return runningTurns(this.#instances.home.databasePath).filter(
      ({ turnId, attempt }) => attempt === 1 && claimed.has(turnId),
    );
  }

  async #judge(tally: Tally): Promise<void> {
    const { lost, doubled, breaches } = await judge(this.#instances.home.dataDir, this.#history, { continues: true });
    tally.lost += lost;
    tally.doubled += doubled;
    tally.breaches.push(...breaches);
  }
}
