import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quantile } from '../../../bench/support/lines.ts';
import { type Clock, systemClock } from '../../../src/clock.ts';
import { byServer } from '../../../src/contract/audit.ts';
import { createPasswords } from '../../../src/identity/passwords.ts';
import { newId } from '../../../src/ids.ts';
import { openAiCompatibleModel } from '../../../src/models/chat-completions.ts';
import { FakeOpenAiServer } from '../../../src/models/testing/fake-openai-server.ts';
import { storePerson, withoutHandbook } from '../../given.ts';
import { answerOrders, wordsOf } from '../answers.ts';
import { type Attack, type Measure, newTally, type Tally } from '../attack.ts';
import { describeFault, type Fault, FaultInjector, modelFaults, type StoreFault } from '../failing-calls/fault.ts';
import { cleanEnds, type Ends, playAfterwards, playScenario, type ScenarioPorts } from '../failing-calls/scenario.ts';
import { History } from '../history.ts';
import { InProcessServer } from '../in-process-server.ts';
import { judge } from '../judge.ts';

/** F4: one call out of a scenario fails, each in its turn: the n-th store command, read, scan or model call, for n = 1, 2, 3 … until a
 *  run has no n-th. A command also fails after its commit, so that only its answer is lost. What failed is asked again, as a browser does,
 *  and everything must converge. The order is by n, and by kind within it: the fast part strikes every command once in each way, and the
 *  model in each. */
export const failingCalls: Attack = {
  name: 'failing-calls',
  id: 'F4',
  title: 'the n-th store or model call fails, or commits and its answer is lost',
  // The whole ends by itself, at the first n that no run comes to.
  rounds: { fast: 24, whole: 100_000 },
  async run({ rounds, say }) {
    const tally = newTally();
    await using bench = await Bench.open(tally);
    const queue = firstFaults(await bench.countCalls());
    say(`${queue.length} kinds of faults`);
    for (let fault = queue.shift(); fault && tally.rounds < rounds; fault = queue.shift()) {
      if (await bench.round(fault)) queue.push({ ...fault, nth: fault.nth + 1 });
      if (tally.rounds % 25 === 0)
        say(`${tally.rounds} rounds, ${queue.length} kinds left: ${tally.breaches.length} breaches`);
    }
    tally.measures.push(...bench.measures());
    return tally;
  },
};

const password = 'only in tests 2026';
const pieceDelayMs = 3;
/** A machine that others load must not keep the model from its words for so long. */
const modelIdleMs = 2_500;

/** A server with a scripted endpoint, whose calls are struck one at a time. */
class Bench implements AsyncDisposable {
  readonly #tally: Tally;
  readonly #dataDir: string;
  readonly #endpoint: FakeOpenAiServer;
  readonly #injector: FaultInjector;
  readonly #server: InProcessServer;
  readonly #clock: { aheadMs: number };
  readonly #username = 'scenario';
  readonly #requestMs: number[] = [];
  readonly #takeOverMs: number[] = [];
  readonly #uncaught = (error: unknown) => this.#tally.breaches.push(`nobody caught ${String(error)}`);
  #played = 0;

  private constructor(made: {
    tally: Tally;
    dataDir: string;
    endpoint: FakeOpenAiServer;
    injector: FaultInjector;
    server: InProcessServer;
    clock: { aheadMs: number };
  }) {
    this.#tally = made.tally;
    this.#dataDir = made.dataDir;
    this.#endpoint = made.endpoint;
    this.#injector = made.injector;
    this.#server = made.server;
    this.#clock = made.clock;
    process.on('uncaughtException', this.#uncaught);
    process.on('unhandledRejection', this.#uncaught);
  }

  static async open(tally: Tally): Promise<Bench> {
    const dataDir = await mkdtemp(join(tmpdir(), 'perdure-calls-'));
    await withoutHandbook(dataDir);
    const endpoint = await FakeOpenAiServer.start();
    answerOrders(endpoint, { pieceDelayMs, continues: false });
    const injector = new FaultInjector();
    const ahead = { aheadMs: 0 };
    const clock: Clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + ahead.aheadMs };
    const timeouts = { firstByteMs: modelIdleMs, idleMs: modelIdleMs, pieceMs: modelIdleMs, answerMs: 60_000 };
    const answering = openAiCompatibleModel({ baseUrl: endpoint.url, model: 'scripted', timeouts });
    const model = injector.wrapModel(answering, (message) =>
      endpoint.next({ text: wordsOf(message), pieceDelayMs, stallAfter: 3 }),
    );
    const server = await InProcessServer.start({ dataDir, model, clock, tap: injector.tap });
    const bench = new Bench({ tally, dataDir, endpoint, injector, server, clock: ahead });
    await bench.#createUser();
    return bench;
  }

  /** The names of the calls that a clean run makes. */
  async countCalls(): Promise<string[]> {
    this.#injector.arm();
    const ends = await playScenario(this.#ports(new History()));
    this.#injector.disarm();
    if (deviations(ends) > 0) throw new Error(`without a fault the turns end ${JSON.stringify(ends)}`);
    return [...this.#injector.counts.keys()];
  }

  /** Plays the scenario with one fault, and judges what is left.
   *  @returns whether the run came to it */
  async round(fault: Fault): Promise<boolean> {
    const history = new History();
    const ports = this.#ports(history);
    const breaches: string[] = [];
    this.#injector.arm(fault);
    try {
      const ends = await playScenario(ports);
      // A model's failure may end the one turn it is part of; what the store fails at is done again.
      const most = this.#injector.hasStruck && fault.port === 'model' ? 1 : 0;
      if (deviations(ends) > most) breaches.push(`the turns end ${JSON.stringify(ends)}`);
    } catch (error) {
      breaches.push(String(error));
    }
    this.#injector.disarm();
    const { hasStruck } = this.#injector;
    try {
      const { client } = await storePerson(this.#server.store, this.#server.url);
      await playAfterwards(ports, client);
    } catch (error) {
      breaches.push(`afterwards: ${String(error)}`);
    }
    const judged = await judge(this.#dataDir, history);
    const tally = this.#tally;
    tally.rounds += 1;
    tally.faults += Number(hasStruck);
    tally.acknowledged += history.acknowledged;
    tally.lost += judged.lost;
    tally.doubled += judged.doubled;
    tally.breaches.push(...[...breaches, ...judged.breaches].map((breach) => `${describeFault(fault)}: ${breach}`));
    return hasStruck;
  }

  measures(): Measure[] {
    const requests = { value: Math.max(...this.#requestMs), unit: 'ms', atMost: longestRequestMs };
    const takeOvers = { value: quantile(this.#takeOverMs, 0.95), unit: 'ms', atMost: takeOverMs };
    return [
      { what: 'the longest request', ...requests },
      { what: 'turns that went on after their lease', value: this.#takeOverMs.length, unit: 'turns' },
      ...(this.#takeOverMs.length > 0
        ? [{ what: 'from the end of the lease to the next attempt, p95', ...takeOvers }]
        : []),
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.drain(0);
    await this.#endpoint.close();
    await rm(this.#dataDir, { recursive: true, force: true });
    process.off('uncaughtException', this.#uncaught);
    process.off('unhandledRejection', this.#uncaught);
  }

  #ports(history: History): ScenarioPorts {
    this.#played += 1;
    return {
      url: this.#server.url,
      username: this.#username,
      password,
      history,
      moveOn: (ms) => (this.#clock.aheadMs += ms),
      took: (what, ms) => (what === 'a request' ? this.#requestMs : this.#takeOverMs).push(ms),
      seed: this.#played * 10,
    };
  }

  async #createUser(): Promise<void> {
    const passwordHash = await createPasswords().hash(password);
    const username = this.#username;
    const at = systemClock.now();
    await this.#server.store.write.createUser({
      by: byServer,
      userId: newId(),
      username,
      displayName: username,
      role: 'member',
      passwordHash,
      at,
    });
  }
}

/** A request whose call fails is answered at once. */
const longestRequestMs = 5_000;
/** P5. */
const takeOverMs = 2_000;

function deviations(ends: Ends): number {
  const names = ['looked', 'stopped', 'second'] as const;
  return names.filter((name) => ends[name] !== cleanEnds[name]).length;
}

/** The first fault of each kind: commands in both ways, model calls in each, then what only reads. */
function firstFaults(calls: readonly string[]): Fault[] {
  const named = (wanted: StoreFault['port']) =>
    calls.flatMap((call) => {
      const [port, name = ''] = call.split(' ');
      return port === wanted ? [{ port: wanted, name, nth: 1 }] : [];
    });
  const fails = (port: StoreFault['port']) => named(port).map((call): Fault => ({ ...call, how: 'fails' }));
  return [
    ...fails('write'),
    ...named('write').map((call): Fault => ({ ...call, how: 'is lost' })),
    ...modelFaults.map((how): Fault => ({ port: 'model', name: 'stream', nth: 1, how })),
    ...fails('scan'),
    ...fails('read'),
  ];
}
