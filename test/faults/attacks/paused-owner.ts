import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { quantile } from '../../../bench/support/lines.ts';
import { leaseMs } from '../../../src/events/leases/lease-runner.ts';
import { Client } from '../../client.ts';
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
import { isNews, type RunningTurn, selectRunning, toRunningTurn } from '../running-turn.ts';

/** F5: two of three servers are paused by SIGSTOP while they run turns; the third takes the turns over when their leases run out. Then the
 *  paused go on, with all that their models said meanwhile. They add nothing, and their readers see what everybody sees.
 *  In every second round they go on at a drawn moment about the end of their leases, before or after they lost their turns. */
export const pausedOwner: Attack = {
  name: 'paused-owner',
  id: 'F5',
  title: 'SIGSTOP of two owners past their leases, a third takes over, SIGCONT',
  rounds: { fast: 1, whole: 10 },
  async run(options) {
    await using instances = await Instances.start({ env: { PERDURE_MODEL_CONTINUES: '1' }, beside: [{}, {}] });
    const { databasePath } = instances.home;
    return await pauseAgain(
      {
        fleet: instances,
        client: (reader, person) => instances.client(reader, person),
        isWritable: () => canWrite(databasePath),
      },
      options,
    );
  },
};

/** The same with three servers on PostgreSQL, which everybody but one reader reaches through nginx. What a paused server held there is undone by
 *  the database. */
export const nginxPaused: Attack = {
  name: 'nginx-paused',
  id: 'F5',
  title: 'SIGSTOP of two of three servers behind nginx past their leases, SIGCONT',
  rounds: { fast: 1, whole: 10 },
  obstacle: noBehindNginx,
  async run(options) {
    await using world = await BehindNginx.start(3);
    const { instances } = world;
    const client = (reader: number, person: Person) =>
      reader === third ? instances.client(third, person) : world.client(person);
    return await pauseAgain({ fleet: instances, client, isWritable: () => true }, options);
  },
};

/** Servers, and how each reader of a session reaches them: the third reader reads at the third server. */
type World = {
  fleet: Fleet;
  client(reader: number, person: Person): Client;
  /** Whether a paused server keeps the others from writing. */
  isWritable(): boolean;
};

async function pauseAgain(world: World, { rounds, seed, say }: AttackOptions): Promise<Tally> {
  const tally = newTally();
  const random = createRandom(seed);
  answerOrders(world.fleet.model, { pieceDelayMs, continues: true });
  const takenMs: number[] = [];
  const noticedMs: number[] = [];
  let pausedInCommit = 0;
  for (let number = 1; number <= rounds; number++) {
    await using round = await Round.begin(world, random, number);
    pausedInCommit += await round.pauseOwners();
    await (number % 2 === 1 ? round.untilTakenOver() : pause(random.between(leaseMs - 6_000, leaseMs + 2_000)));
    noticedMs.push(await round.goOn(tally));
    await round.end(tally);
    if (number % 2 === 1) takenMs.push(...round.takenMs);
    say(`round ${number}: ${round.paused} turns of paused servers, ${round.takenMs.length} taken over`);
  }
  const what = 'from the pause of a server to the next new piece of its turn';
  tally.measures.push(
    { what: `${what}, max`, value: Math.max(...takenMs), unit: 'ms', atMost: leaseMs + 2_000 },
    { what: `${what}, p50`, value: quantile(takenMs, 0.5), unit: 'ms' },
    {
      what: 'from SIGCONT until no paused server runs a turn that it lost, max',
      value: Math.max(...noticedMs),
      unit: 'ms',
    },
    // It holds the one write lock of the file then, which nobody can take from it: it is paused again a moment later.
    { what: 'pauses that met a server within a commit, and were made again', value: pausedInCommit, unit: 'pauses' },
  );
  return tally;
}

const owners = [0, 1] as const;
const third = 2;
/** Half of them are sent to either owner. In half of these the model falls silent. */
const sessions = 12;
const pieceDelayMs = 50;
const words = 80;
const stallAfter = 6;
/** Longer than any commit of a server that runs. */
const commitMs = 400;

type Owned = RunningTurn & { fence: number };

class Round implements AsyncDisposable {
  /** From the pause to the next new piece of each turn that was taken over. */
  readonly takenMs: number[] = [];
  readonly #world: World;
  readonly #history = new History();
  readonly #conversations: Conversation[] = [];
  /** Turns of the paused servers, and those that nothing was seen of since. */
  #owned: Owned[] = [];
  #silent = new Map<string, RunningTurn>();
  #pausedMs = 0;

  private constructor(world: World) {
    this.#world = world;
  }

  /** Sessions with a reader on each server, and in each a turn that shows text. */
  static async begin(world: World, random: Random, number: number): Promise<Round> {
    const round = new Round(world);
    const { model } = world.fleet;
    const person = await world.fleet.person();
    const shown: Promise<void>[] = [];
    for (let i = 0; i < sessions; i++) {
      const clients = [0, 1, 2].map((reader) => () => world.client(reader, person));
      const conversation = await Conversation.open({
        person,
        history: round.#history,
        clients: clients as [() => Client],
        onEvent: (event, reader) => {
          const turn = reader === third ? round.#silent.get(event.turn_id ?? '') : undefined;
          if (!turn || !isNews(event, turn)) return;
          round.#silent.delete(turn.turnId);
          round.takenMs.push(performance.now() - round.#pausedMs);
        },
      });
      round.#conversations.push(conversation);
      const text = orderWords(words + random.between(0, 20), number * sessions + i);
      const isStalled = i < sessions / 2;
      if (isStalled) model.next({ text: wordsOf(text), stallAfter });
      const outcome = await conversation.send(text, { reader: owners[i % 2] ?? 0 });
      if (outcome.state !== 'stored') throw new Error(`a message is ${outcome.state}`);
      const isShown = conversation.until('its text', outcome.turnId, ({ running }) => (running?.text ?? '') !== '');
      // The answers that fall silent are for those who ask first.
      if (isStalled) await isShown;
      else shown.push(isShown);
    }
    await Promise.all(shown);
    return round;
  }

  /** Turns of the paused servers. */
  get paused(): number {
    return this.#owned.length;
  }

  /** @returns how often a pause met a server within a commit */
  async pauseOwners(): Promise<number> {
    const { fleet, isWritable } = this.#world;
    for (let again = 0; ; again++) {
      const claimed = new Set(owners.flatMap((index) => fleet.claimedBy(index)));
      this.#pausedMs = performance.now();
      this.#signal('SIGSTOP');
      if (isWritable()) {
        const running = (await fleet.query(selectRunning)).map(toRunningTurn);
        this.#owned = (await withFences(fleet, running)).filter(({ turnId }) => claimed.has(turnId));
        this.#silent = new Map(this.#owned.map((turn) => [turn.turnId, turn]));
        return again;
      }
      this.#signal('SIGCONT');
      await pause(20);
    }
  }

  async untilTakenOver(): Promise<void> {
    await waitFor('the turns taken over', () => this.#silent.size === 0);
  }

  /** Lets the paused servers go on, and counts what they add under the fences that they lost.
   *  @returns milliseconds until they run nothing that is not theirs */
  async goOn(tally: Tally): Promise<number> {
    const { fleet } = this.#world;
    tally.faults += owners.length;
    if (this.#owned.length >= owners.length) tally.rounds += 1;
    const current = await withFences(fleet, this.#owned);
    const taken = this.#owned.filter(({ fence }, i) => fence !== current[i]?.fence);
    const before = await Promise.all(taken.map((turn) => rowsUnder(fleet, turn)));
    const startedMs = performance.now();
    this.#signal('SIGCONT');
    if (taken.length < this.#owned.length) return 0;
    await waitFor('the paused servers know', async () => (await this.#runningAtOwners()) === 0);
    const noticedMs = performance.now() - startedMs;
    for (const [i, turn] of taken.entries()) {
      const added = (await rowsUnder(fleet, turn)) - (before[i] ?? 0);
      if (added > 0) tally.breaches.push(`a paused server added ${added} rows to turn ${turn.turnId} that it had lost`);
    }
    return noticedMs;
  }

  /** One answer to each message, the same at every reader, those of the paused servers too. */
  async end(tally: Tally): Promise<void> {
    const { fleet } = this.#world;
    await this.#stopStalled();
    await waitFor('the end of every turn', () => this.#conversations.every(({ isIdle }) => isIdle));
    const { lost, doubled, breaches } = await judge(fleet.judged, this.#history, { continues: true });
    const late = await fleet.query(lateRows);
    const notLawful = "select turn_id, state from turns where state not in ('done', 'cancelled')";
    const others = await fleet.query(notLawful);
    tally.lost += lost;
    tally.doubled += doubled;
    tally.acknowledged += this.#history.acknowledged;
    tally.breaches.push(
      ...breaches,
      ...late.map(({ turn_id, what }) => `turn ${turn_id} has ${what} of an older fence after one of a newer`),
      ...others.map(({ turn_id, state }) => `turn ${turn_id} is ${state}`),
      ...this.#conversations.flatMap((conversation) => conversation.breaches()),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal('SIGCONT');
    await Promise.all(this.#conversations.map((conversation) => conversation.close()));
  }

  /** Where nobody took a turn over whose model fell silent, it would be waited for until the model's time is over. */
  async #stopStalled(): Promise<void> {
    for (const conversation of this.#conversations.slice(0, sessions / 2)) {
      const turn = conversation.readers[third]?.view.turns.find(
        ({ state, attempt }) => state === 'running' && attempt === 1,
      );
      if (turn) await conversation.stop(turn.turnId, third);
    }
  }

  #signal(signal: NodeJS.Signals): void {
    for (const index of owners) process.kill(this.#world.fleet.at(index).pid, signal);
  }

  async #runningAtOwners(): Promise<number> {
    const texts = await Promise.all(owners.map((index) => new Client(this.#world.fleet.at(index).url).get('/metrics')));
    return texts.reduce((sum, { text }) => sum + Number(/^perdure_running_turns (\d+)/m.exec(text)?.[1]), 0);
  }
}

/** Whether the file can be written: a paused server holds its lock when it is met within a commit. */
function canWrite(databasePath: string): boolean {
  const database = new DatabaseSync(databasePath, { timeout: commitMs });
  try {
    database.exec('begin immediate; rollback');
    return true;
  } catch {
    return false;
  } finally {
    database.close();
  }
}

async function withFences(fleet: Fleet, turns: readonly RunningTurn[]): Promise<Owned[]> {
  const rows = await fleet.query('select turn_id, fence from turns');
  const fences = new Map(rows.map(({ turn_id, fence }) => [String(turn_id), Number(fence)]));
  return turns.map((turn) => ({ ...turn, fence: fences.get(turn.turnId) ?? 0 }));
}

/** Events and journal rows that a turn has of one owner. */
async function rowsUnder(fleet: Fleet, { turnId, fence, attempt }: Owned): Promise<number> {
  const sql = `select (select count(*) from session_events where turn_id = '${turnId}' and fence = ${fence}) +
    (select count(*) from turn_journal where turn_id = '${turnId}' and attempt = ${attempt}) as n`;
  return Number((await fleet.query(sql))[0]?.n);
}

const lateRows = `select e.turn_id, 'an event' as what from session_events e join session_events n
    on n.turn_id = e.turn_id and n.fence > e.fence and n.position < e.position
  union all select j.turn_id, 'text' as what from turn_journal j join turn_journal n
    on n.turn_id = j.turn_id and n.attempt > j.attempt and n.id < j.id`;
