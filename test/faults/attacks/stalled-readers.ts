import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { quantile } from '../../../bench/support/lines.ts';
import { emptyView } from '../../../src/contract/fold.ts';
import type { FakeAnswer } from '../../../src/models/testing/fake-answers.ts';
import { foldStrictly } from '../../folded.ts';
import { GivenServer, openSession, type Person } from '../../given.ts';
import { type SseReader, toStreamedEvent } from '../../sse-reader.ts';
import { waitFor } from '../../wait-for.ts';
import { type Attack, newTally, type Tally } from '../attack.ts';
import { History } from '../history.ts';
import { judge } from '../judge.ts';
import { sendUntilAnswered } from '../outbox.ts';
import { createRandom, type Random } from '../random.ts';
import { ResidentWatch } from '../resident.ts';
import { StalledReader } from '../stalled-reader.ts';

/** F12: 200 readers ask for streams of much text and take nothing, beside one that reads. They cost little memory, do not touch the one
 *  that reads, are closed, and go on exactly where they stood once they read again. */
export const stalledReaders: Attack = {
  name: 'stalled-readers',
  id: 'F12',
  title: '200 readers stall beside one that reads',
  rounds: { fast: 1, whole: 10 },
  obstacle: () =>
    existsSync('/proc/self/status') ? undefined : 'the system does not tell how much memory a process has',
  async run({ rounds, seed, say }) {
    const random = createRandom(seed);
    const tally = newTally();
    const found: Found = { grownMiB: [], beforeMs: [], besideMs: [], heldMs: [] };
    const env = { PERDURE_LOG_LEVEL: 'error', NODE_OPTIONS: tightHeap };
    await using server = await GivenServer.start({ withModel: true, env });
    server.model.always(({ body }) => (JSON.stringify(body.messages?.at(-1)).includes(steady) ? stamps : muchText));
    using bench = await Bench.begin(server, random);
    for (let round = 0; round < rounds; round++) {
      await bench.round(tally, found);
      say(
        `round ${round + 1}: memory grew by ${found.grownMiB.at(-1)?.toFixed(1)} MiB, ${tally.breaches.length} breaches`,
      );
    }
    const before = quantile(found.beforeMs, 0.95);
    tally.measures.push(
      { what: 'memory over before, most', value: Math.max(...found.grownMiB), unit: 'MiB', atMost: 64 },
      { what: 'a piece to the healthy reader before, p95', value: before, unit: 'ms' },
      {
        what: 'a piece to the healthy reader beside them, p95',
        value: quantile(found.besideMs, 0.95),
        unit: 'ms',
        atMost: 2 * before + 100,
      },
      {
        what: 'from the last text to the end of the last stalled stream, most',
        value: Math.max(...found.heldMs),
        unit: 'ms',
        atMost: 15_000,
      },
    );
    return tally;
  },
};

type Found = { grownMiB: number[]; beforeMs: number[]; besideMs: number[]; heldMs: number[] };

/** Garbage is collected early, so that what grows is what the readers cost: with its default of gigabytes the heap grows by more than
 *  they may while nobody reads. */
const tightHeap = '--max-old-space-size=160';
/** Each has a session, and as many readers of it as one person may have. */
const people = 5;
const readersEach = 40;
/** Resumed and held against the log in a round. */
const checkedInRound = 20;
/** The system takes up to 4 MiB for each socket that nobody reads; the server is left with what comes after. A turn is 300 KB in pieces,
 *  and as much again as the message. */
const turns = 9;
const muchText: FakeAnswer = {
  pieces: Array.from({ length: 33 }, (_each, index) => `${index} ${'much text '.repeat(900)}`),
  pieceDelayMs: 25,
};
const steady = 'go on and on';
/** Pieces without end that say when they were sent. */
const stamps: FakeAnswer = { stamped: true, pieceDelayMs: 50 };

/** A session of much text, and the length of its log when its readers come. */
type Loud = { person: Person; sessionId: string; lastSeq: number };

class Bench implements Disposable {
  readonly #server: GivenServer;
  readonly #random: Random;
  #history = new History();
  readonly #healthy: Person;
  readonly #loud: Loud[];
  readonly #database: DatabaseSync;

  private constructor(server: GivenServer, random: Random, healthy: Person, loud: Loud[]) {
    this.#server = server;
    this.#database = new DatabaseSync(server.databasePath, { readOnly: true, timeout: 5_000 });
    this.#random = random;
    this.#healthy = healthy;
    this.#loud = loud;
  }

  static async begin(server: GivenServer, random: Random): Promise<Bench> {
    const loud: Loud[] = [];
    for (let i = 0; i < people; i++) {
      const person = await server.person();
      const { session_id: sessionId } = await openSession(person);
      loud.push({ person, sessionId, lastSeq: 0 });
    }
    const bench = new Bench(server, random, await server.person(), loud);
    // What a first turn loads is no reader's memory.
    await bench.#speakMuch(1);
    return bench;
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  async round(tally: Tally, found: Found): Promise<void> {
    this.#history = new History();
    const { session_id: sessionId } = await openSession(this.#healthy);
    const turn = await sendUntilAnswered(this.#outbox(this.#healthy), sessionId, steady);
    const stream = await this.#healthy.client.stream(`/api/sessions/${sessionId}/events`);
    await stream.until('a piece', ({ frames }) => frames.some(({ data }) => stampsOf(data).length > 0));
    const { result: base, ms: beforeMs } = await this.#watch(stream, () => this.#speakMuch(turns));
    found.beforeMs.push(...beforeMs);

    const readers = await this.#stall();
    const { result: peak, ms: besideMs } = await this.#watch(stream, () => this.#speakMuch(turns));
    found.besideMs.push(...besideMs);
    found.grownMiB.push((peak - base) / 2 ** 20);
    const spokenMs = performance.now();
    await waitFor('the end of every stalled stream', async () => (await this.#openStreams()) <= 1);
    found.heldMs.push(performance.now() - spokenMs);
    if (stream.isOver) tally.breaches.push('the healthy reader was cut');
    await stream.close();
    if (turn.state === 'stored')
      await this.#healthy.client.post(`/api/sessions/${sessionId}/turns/${turn.turnId}/stop`);

    tally.rounds += 1;
    tally.faults += readers.length;
    for (let i = 0; i < checkedInRound; i++) {
      const [reader] = readers.splice(this.#random.between(0, readers.length - 1), 1);
      if (reader) tally.breaches.push(...(await this.#readAtLast(`reader ${tally.rounds}.${i}`, reader)));
    }
    for (const reader of readers) reader.close();
    const { lost, doubled, breaches } = await judge(this.#server.dataDir, this.#history);
    tally.lost += lost;
    tally.doubled += doubled;
    tally.breaches.push(...breaches);
    tally.acknowledged += this.#history.acknowledged;
  }

  #outbox(person: Person) {
    return { history: this.#history, client: () => person.client };
  }

  /** So many turns of much text in each of the sessions, one after the other. */
  async #speakMuch(count: number): Promise<void> {
    const speak = async (each: Loud) => {
      for (let i = 0; i < count; i++) {
        const outcome = await sendUntilAnswered(this.#outbox(each.person), each.sessionId, 'speak at length');
        if (outcome.state !== 'stored') throw new Error('a message was refused');
        await this.#untilDone(each, outcome.turnId);
      }
    };
    await Promise.all(this.#loud.map(speak));
  }

  /** Asks the database: what is measured is the readers’ load alone. */
  async #untilDone(each: Loud, turnId: string): Promise<void> {
    const ended = this.#database.prepare(
      `select t.state, s.last_seq from turns t join user_sessions s on s.session_id = t.session_id
       where t.turn_id = ? and t.state not in ('queued', 'running')`,
    );
    const row = await waitFor('the end of a turn', () => ended.get(turnId));
    if (row.state !== 'done') throw new Error(`a turn of much text is ${String(row.state)}`);
    each.lastSeq = Number(row.last_seq);
  }

  async #stall(): Promise<StalledReader[]> {
    const readers: StalledReader[] = [];
    for (const { person, sessionId, lastSeq } of this.#loud) {
      for (let i = 0; i < readersEach; i++) {
        readers.push(await StalledReader.open(person.client, sessionId, lastSeq));
      }
    }
    await waitFor('every stream', async () => (await this.#openStreams()) === readers.length + 1);
    return readers;
  }

  /** @returns the most memory while the work was done, and how long each piece of that time took to the healthy reader */
  async #watch(stream: SseReader, work: () => Promise<void>): Promise<{ result: number; ms: number[] }> {
    const from = stream.frames.length;
    using watch = new ResidentWatch(this.#server.process.pid);
    await work();
    // From the machine's monotonic clock to this process's.
    const originMs = Number(process.hrtime.bigint()) / 1e6 - performance.now();
    const ms = stream.frames.slice(from).flatMap(({ data, atMs }) => stampsOf(data).map((at) => atMs + originMs - at));
    if (ms.length === 0) throw new Error('the healthy reader was sent nothing');
    return { result: watch.peakBytes, ms };
  }

  async #openStreams(): Promise<number> {
    const { text } = await this.#server.anonymous.get('/metrics');
    return Number(/^perdure_open_streams (\d+)$/m.exec(text)?.[1] ?? Number.NaN);
  }

  /** What the reader was sent and what a stream from its cursor gives then are the log, each event and piece the next one. */
  async #readAtLast(name: string, reader: StalledReader): Promise<string[]> {
    const { status, frames: taken } = await reader.take();
    if (status !== 200) return [`${name} was answered ${status}`];
    const { sessionId, after } = reader;
    const loud = this.#loud.find((each) => each.sessionId === sessionId);
    if (!loud) throw new Error(`no session ${sessionId}`);
    const { person, lastSeq } = loud;
    const cursor = taken.at(-1)?.id ?? String(after);
    const headers = { 'last-event-id': cursor };
    const stream = await person.client.stream(`/api/sessions/${sessionId}/events`, { headers });
    await stream.until('the rest', ({ frames }) => Number(frames.at(-1)?.id.split('.')[0] ?? 0) >= lastSeq);
    await stream.close();
    const datas = [...taken, ...stream.frames].map(({ data }) => data);
    const events = datas.map(toStreamedEvent);
    for (const [index, event] of events.entries()) {
      if (event.type !== 'text_delta') this.#history.apply(name, sessionId, event.seq, datas[index]);
    }
    try {
      const { seq } = foldStrictly({ ...emptyView, seq: after }, events);
      return seq === lastSeq ? [] : [`${name} ends at ${seq} of ${lastSeq}`];
    } catch (error) {
      return [`${name}, resumed at ${cursor}: ${String(error).slice(0, 500)}`];
    }
  }
}

/** When the pieces of a frame were sent, in milliseconds of the machine's monotonic clock. */
function stampsOf(data: unknown): number[] {
  const text = typeof data === 'object' && data !== null && 'text' in data ? String(data.text) : '';
  return [...text.matchAll(/ t([0-9a-z]{10})/g)].map((match) => Number.parseInt(match[1] ?? '', 36) / 1e6);
}
