import { setTimeout as pause } from 'node:timers/promises';
import { quantile } from '../../../bench/support/lines.ts';
import { finalTurnStates } from '../../../src/contract/events.ts';
import { queryDatabase } from '../../database.ts';
import { GivenServer, openSession, type Person } from '../../given.ts';
import { waitFor } from '../../wait-for.ts';
import { answerOrders, orderWords, wordsOf } from '../answers.ts';
import { type Attack, newTally, type Tally } from '../attack.ts';
import { Follower } from '../follower.ts';
import { History } from '../history.ts';
import { judge } from '../judge.ts';
import { sendUntilAnswered } from '../outbox.ts';
import { createRandom, type Random } from '../random.ts';
import { isNews, type RunningTurn, runningTurns } from '../running-turn.ts';
import { setAmpleBudgets } from '../ways/ample-budgets.ts';

/** F2: the server is killed while at least 8 turns run, at a drawn moment or between two of its store commands, and started again.
 *  Every client goes on as a browser does. What was acknowledged and what was shown must be there, each time, before the next start. */
export const kill: Attack = {
  name: 'kill',
  id: 'F2',
  title: 'kill -9 while at least 8 turns run',
  rounds: { fast: 40, whole: 1_000 },
  async run({ rounds, seed, say }) {
    const random = createRandom(seed);
    const tally = newTally();
    const resumedMs: number[] = [];
    for (let life = 1; tally.rounds < rounds; life++) {
      await liveOneLife(random, Math.min(roundsInLife, rounds - tally.rounds), tally, resumedMs);
      say(`data directory ${life}: ${tally.rounds} rounds, ${tally.faults} kills, ${tally.breaches.length} breaches`);
    }
    const what = 'from the listening line to the next piece of a killed turn, p95';
    tally.measures.push({ what, value: quantile(resumedMs, 0.95), unit: 'ms', atMost: 3_000 });
    tally.measures.push({ what: 'the same, p50', value: quantile(resumedMs, 0.5), unit: 'ms' });
    return tally;
  },
};

const leastRunning = 8;
const sessionsInLife = 16;
/** A data directory is used for so many kills, so that checking all of it after each stays quick. */
const roundsInLife = 20;
const pieceDelayMs = 15;
/** A message may meet several kills in a row that each come before it is stored, and a store that is judged after each. */
const sendingMs = 300_000;
/** Of so many data directories one has a model that cannot go on from shown text. */
const beginningAnew = 7;
/** Points between commands, each with how often it is passed before the kill. Those of a claim come after the claims of a start. */
const points: readonly [Point, ...Point[]] = [
  { name: 'acceptTurn', least: 1, most: 4 },
  { name: 'claimTurn', least: leastRunning + 1, most: sessionsInLife + 3 },
  { name: 'flushJournal', least: 1, most: 40 },
  { name: 'appendTurnEvents', least: 1, most: 5 },
  { name: 'stopTurn', least: 1, most: 1 },
  { name: 'updateSession', least: 1, most: 1 },
  { name: 'createSession', least: 1, most: 1 },
];
type Point = { name: string; least: number; most: number };

/** One data directory, killed again and again, and in the end left to finish everything. */
async function liveOneLife(random: Random, rounds: number, tally: Tally, resumedMs: number[]): Promise<void> {
  const continues = random.between(1, beginningAnew) > 1;
  const env = { PERDURE_LOG_LEVEL: 'error', PERDURE_MODEL_CONTINUES: continues ? '1' : '0' };
  await using server = await GivenServer.start({ withModel: true, env });
  answerOrders(server.model, { pieceDelayMs, continues });
  await setAmpleBudgets(server);
  const person = await server.person();
  const life = await Life.begin(server, person, random, continues);
  for (let done = 0; done < rounds; ) {
    const { running, breaches, lost, doubled } = await life.round(drawPoint(random));
    tally.faults += 1;
    tally.lost += lost;
    tally.doubled += doubled;
    tally.breaches.push(...breaches);
    if (running < leastRunning) continue;
    done += 1;
    tally.rounds += 1;
  }
  tally.breaches.push(...(await life.end()));
  tally.acknowledged += life.history.acknowledged;
  resumedMs.push(...life.resumedMs);
}

/** Half of the kills come at a moment, half at a point between two commands. */
function drawPoint(random: Random): string | undefined {
  if (random.unit() < 0.5) return undefined;
  const { name, least, most } = random.oneOf(points);
  return `${random.oneOf(['before', 'after'])}:${name}:${random.between(least, most)}`;
}

class Life {
  readonly history = new History();
  /** From the listening line to the next piece of each turn that was running when its server was killed. */
  readonly resumedMs: number[] = [];
  readonly #server: GivenServer;
  readonly #person: Person;
  readonly #random: Random;
  readonly #continues: boolean;
  readonly #followers: Follower[] = [];
  readonly #sending = new Set<string>();
  readonly #failures: string[] = [];
  /** Turns that were running at the last kill and have not been heard of since. */
  #silent = new Map<string, RunningTurn>();
  #listeningMs = 0;
  #orders = 0;

  private constructor(server: GivenServer, person: Person, random: Random, continues: boolean) {
    this.#server = server;
    this.#person = person;
    this.#random = random;
    this.#continues = continues;
  }

  static async begin(server: GivenServer, person: Person, random: Random, continues: boolean): Promise<Life> {
    const life = new Life(server, person, random, continues);
    for (let i = 0; i < sessionsInLife; i++) {
      const { session_id: sessionId } = await openSession(person);
      life.#follow(`reader ${i}`, sessionId);
      // A second device on some sessions.
      if (i < 2) life.#follow(`phone ${i}`, sessionId);
    }
    return life;
  }

  /** Gets turns running, kills the server, judges what it left, and starts it again. */
  async round(
    point: string | undefined,
  ): Promise<{ running: number; breaches: string[]; lost: number; doubled: number }> {
    // The point was passed to the process that runs now, at its start; this one is for the next.
    const armed = this.#armed;
    this.#armed = point;
    const busy = this.#keepBusy();
    await this.#untilRunning();
    if (armed === undefined) await pause(this.#random.between(0, 400));
    else await Promise.race([this.#server.process.exited, this.#disturb()]);
    await this.#server.process.kill();
    busy.stop();
    const running = runningTurns(this.#server.databasePath);
    const judged = await judge(this.#server.dataDir, this.history, { continues: this.#continues });
    this.#silent = new Map(running.map((turn) => [turn.turnId, turn]));
    await this.#server.startAgain(point === undefined ? {} : { PERDURE_TEST_KILL_AT: point });
    this.#listeningMs = performance.now();
    return { running: running.length, ...judged };
  }
  #armed: string | undefined;

  /** Lets everything end, and judges the whole. */
  async end(): Promise<string[]> {
    if (this.#armed !== undefined) await this.#server.killAndStartAgain();
    await waitFor('the end of every turn', () => this.#sending.size === 0 && this.#unfinished().length === 0);
    const { breaches } = await judge(this.#server.dataDir, this.history, { continues: this.#continues });
    for (const follower of this.#followers) {
      for (const { text: message, state, answer, turnId } of follower.view.turns) {
        const whole = wordsOf(message);
        const text = answer?.text ?? '';
        if (state === 'done' ? text !== whole : !whole.startsWith(text)) {
          breaches.push(`turn ${turnId} is ${state} and its answer is not what the model said`);
        }
      }
    }
    await Promise.all(this.#followers.map((follower) => follower.close()));
    return [...breaches, ...this.#failures];
  }

  #follow(name: string, sessionId: string): void {
    const { history } = this;
    const follower = new Follower({
      name,
      sessionId,
      history,
      client: () => this.#client,
      onEvent: (event) => {
        const turn = this.#silent.get(event.turn_id ?? '');
        if (!turn || !isNews(event, turn)) return;
        this.#silent.delete(turn.turnId);
        this.resumedMs.push(performance.now() - this.#listeningMs);
      },
    });
    this.#followers.push(follower);
  }

  get #client() {
    return this.#person.client;
  }

  /** Sends a message in each session whose turns are over, until told to stop. */
  #keepBusy(): { stop(): void } {
    const fill = () => {
      for (const follower of this.#followers) {
        const { sessionId } = follower;
        if (this.#sending.has(sessionId) || follower.view.turns.some((turn) => !finalTurnStates.has(turn.state)))
          continue;
        this.#send(sessionId);
      }
    };
    fill();
    const timer = setInterval(fill, 20);
    return { stop: () => clearInterval(timer) };
  }

  #send(sessionId: string): void {
    this.#sending.add(sessionId);
    this.#orders += 1;
    const text = orderWords(this.#random.between(40, 100), this.#orders, this.#random.unit() < 0.25);
    const follower = this.#followers.find((each) => each.sessionId === sessionId);
    sendUntilAnswered({ history: this.history, client: () => this.#client, patienceMs: sendingMs }, sessionId, text)
      .then((outcome) => {
        if (outcome.state !== 'stored') this.#failures.push(`a message was refused in session ${sessionId}`);
        const isSeen = () =>
          follower?.view.turns.some((turn) => outcome.state === 'stored' && turn.turnId === outcome.turnId);
        return waitFor('one’s own message', isSeen);
      })
      .catch((error: unknown) => this.#failures.push(String(error)))
      .finally(() => this.#sending.delete(sessionId));
  }

  /** Until enough turns show text of their newest attempt, or the process is gone. */
  async #untilRunning(): Promise<void> {
    const writes = () =>
      this.#followers.filter(({ view }) =>
        view.turns.some(({ state, attempt, running }) => state === 'running' && running?.attempt === attempt),
      ).length;
    await waitFor(`${leastRunning} running turns`, () => !this.#server.process.isAlive || writes() >= leastRunning);
  }

  /** What else people do meanwhile, so that the points of those commands are passed. */
  async #disturb(): Promise<void> {
    const [first, second] = this.#random.unit() < 0.5 ? this.#followers : this.#followers.toReversed();
    const running = second?.view.turns.find((turn) => turn.state === 'running');
    const calls = [
      () => this.#client.patch(`/api/sessions/${first?.sessionId}`, { title: `renamed ${this.#orders}` }),
      () => this.#client.post('/api/sessions'),
      () => running && this.#client.post(`/api/sessions/${second?.sessionId}/turns/${running.turnId}/stop`),
    ];
    for (const call of calls) await Promise.resolve(call()).catch(() => undefined);
    await pause(1_000);
  }

  #unfinished(): string[] {
    return queryDatabase(
      this.#server.databasePath,
      `select turn_id from turns where state in ('queued', 'running', 'waiting_approval')`,
    ).map((row) => String(row.turn_id));
  }
}
