import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { documentList, uploadAnswer } from '../../../src/contract/documents.ts';
import { isParseErrorCode } from '../../../src/knowledge/ingest/parse-error.ts';
import { answered, refused } from '../../client.ts';
import { newCorpus, untilRead } from '../../documents.ts';
import { GivenServer, type Person } from '../../given.ts';
import { verify } from '../../invariants.ts';
import { type Attack, newTally, type Tally } from '../attack.ts';
import { type Bomb, bombs } from '../files/bombs.ts';
import { goodFiles, type MadeFile, mutate } from '../files/mutants.ts';
import { createRandom, type Random } from '../random.ts';
import { ResidentWatch } from '../resident.ts';

const wholeMutants = 2_000;

/** S5: files that unpack without end, nest, lie, lead outside, are two things at once, and damaged ones of every kind that is read. A round is one
 *  file. Each is refused in words, or its job ends as failed in words or as ready, within 30 s; the server's memory grows by 128 MiB at most;
 *  nothing is written outside of where originals lie; the same process lives and its store keeps its invariants. */
export const hostileFiles: Attack = {
  name: 'hostile-files',
  id: 'S5',
  title: 'files that hurt whoever opens them, and damaged ones of every kind',
  rounds: { fast: 8, whole: bombs.length + wholeMutants },
  async run({ rounds, seed, say }) {
    const tally = newTally();
    const random = createRandom(seed);
    const good = await goodFiles();
    const folder = await mkdtemp(join(tmpdir(), 'perdure-hostile-'));
    try {
      const env = { PERDURE_LOG_LEVEL: 'warn' };
      await using server = await GivenServer.start({ env, dataDir: await mkdtemp(join(folder, 'data-')) });
      const { pid } = server.process;
      const curator = await server.person('curator');
      const corpus = await newCorpus(curator, 'Hostile');
      const trial = new Trial(curator, corpus.id, tally);
      // What a server needs anyway is in memory before it is measured.
      for (const file of good) await trial.send(file, { mustBeReady: true });
      const before = await pathsIn(folder);
      const watch = new ResidentWatch(pid);
      const baseBytes = watch.peakBytes;
      const files = draw(random, good, rounds);
      const sendRest = async () => {
        for (const { name, make } of files) {
          await trial.send(make(), { name });
          if (tally.rounds % 50 === 0) say(`${tally.rounds} files: ${trial.summary()}`);
        }
      };
      await Promise.all(Array.from({ length: atOnce }, sendRest));
      await trial.untilAllRead();
      watch[Symbol.dispose]();
      say(trial.summary());

      const strange = [...(await pathsIn(folder))].filter((path) => !before.has(path) && !originalPath.test(path));
      tally.breaches.push(...strange.map((path) => `written: ${path}`));
      if (!server.process.isAlive || server.process.pid !== pid) tally.breaches.push('the process ended');
      else if ((await server.anonymous.get('/healthz')).status !== 200) tally.breaches.push('it does not answer');
      const faults = server.process.log
        .split('\n')
        .filter((line) => /"event":"(?:uncaught|unhandled)"|"code":"(?:internal|ingest_failed)"/.test(line));
      tally.breaches.push(...faults.map((line) => `logged: ${line.slice(0, 300)}`));
      tally.breaches.push(...(await verify(server.databasePath)).breaches);
      tally.measures.push(
        {
          what: `longest from upload to end (${trial.longest.name})`,
          value: trial.longest.ms,
          unit: 'ms',
          atMost: 30_000,
        },
        { what: 'memory grown', value: (watch.peakBytes - baseBytes) / 2 ** 20, unit: 'MiB', atMost: 128 },
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    return tally;
  },
};

/** Longer than any machine takes that is at work on it. */
const lostAfterMs = 300_000;
const originalPath = /\/files\/[0-9a-f-]{36}$/;
/** As many as the server reads at once: none waits for its turn, so that the time of each is its own. */
const atOnce = 2;

type Shot = { name: string; make(): MadeFile };

/** All bombs among the mutants; of few rounds half are bombs, of those that are soon over, from a drawn place on. */
function* draw(random: Random, good: readonly MadeFile[], rounds: number): Generator<Shot> {
  const isWhole = rounds >= bombs.length * 2;
  const fitting = isWhole ? bombs : bombs.filter(({ isHeavy }) => !isHeavy);
  const first = random.between(0, fitting.length - 1);
  const left = [...fitting.slice(first), ...fitting.slice(0, first)];
  for (let i = 0; i < rounds; i++) {
    const bomb = i % 2 === 0 ? undefined : left.shift();
    const file = good[i % good.length];
    if (bomb) yield shotOf(bomb);
    else if (file) yield { name: `a damaged ${file.filename}`, make: () => mutate(file, random) };
  }
}

function shotOf({ name, filename, make }: Bomb): Shot {
  return { name, make: () => ({ filename, bytes: new Uint8Array(Buffer.from(make())) }) };
}

/** Sends files to one corpus and looks how each ends. */
class Trial {
  longest = { ms: 0, name: '' };
  readonly #curator: Person;
  readonly #corpusId: string;
  readonly #tally: Tally;
  readonly #ends = new Map<string, number>();

  constructor(curator: Person, corpusId: string, tally: Tally) {
    this.#curator = curator;
    this.#corpusId = corpusId;
    this.#tally = tally;
  }

  async send({ filename, bytes }: MadeFile, { name = filename, mustBeReady = false } = {}): Promise<void> {
    const path = `/api/corpora/${this.#corpusId}/documents?filename=${encodeURIComponent(filename)}`;
    const fromMs = performance.now();
    const reply = await this.#curator.client.call('POST', path, { body: bytes });
    if (!mustBeReady) {
      this.#tally.rounds += 1;
      this.#tally.faults += 1;
    }
    if (reply.status !== 202) {
      this.#count(`refused ${reply.status}`);
      const { detail } = refused(reply, reply.status);
      if (mustBeReady || ![400, 413, 415].includes(reply.status) || !isSentence(detail)) {
        this.#tally.breaches.push(`${name}: ${reply.status} ${detail}`);
      }
      return;
    }
    if (!mustBeReady) this.#tally.acknowledged += 1;
    const { document_id: id } = answered(reply, 202, uploadAnswer);
    const ended = await untilRead(this.#curator, id, lostAfterMs).catch(() => undefined);
    if (!ended) {
      this.#tally.lost += 1;
      this.#tally.breaches.push(`${name}: neither ready nor failed after five minutes`);
      return;
    }
    const { state, error } = ended;
    const ms = performance.now() - fromMs;
    if (ms > this.longest.ms) this.longest = { ms, name };
    this.#count(state === 'ready' ? state : `failed ${error?.code}`);
    const isTold = state === 'ready' || (error && isParseErrorCode(error.code) && isSentence(error.message));
    if (!isTold || (mustBeReady && state !== 'ready')) {
      this.#tally.breaches.push(`${name}: ${state} ${error?.code} ${error?.message}`);
    }
  }

  /** What archives brought in is read after them. */
  async untilAllRead(): Promise<void> {
    for (let cursor = ''; ; ) {
      const query = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const reply = await this.#curator.client.get(`/api/corpora/${this.#corpusId}/documents?limit=100${query}`);
      const { documents, next_cursor } = answered(reply, 200, documentList);
      for (const { document_id: id } of documents) await untilRead(this.#curator, id);
      if (next_cursor === null) return;
      cursor = next_cursor;
      await pause(0);
    }
  }

  summary(): string {
    return [...this.#ends]
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([end, count]) => `${count} ${end}`)
      .join(', ');
  }

  #count(end: string): void {
    this.#ends.set(end, (this.#ends.get(end) ?? 0) + 1);
  }
}

function isSentence(text: string): boolean {
  return /^[A-Z“].*[.!?)]$/s.test(text.trim());
}

/** Everything below a folder but what the server itself keeps there. */
async function pathsIn(folder: string): Promise<Set<string>> {
  const names = await readdir(folder, { recursive: true });
  return new Set(
    names
      .map((name) => `/${name}`)
      .filter((path) => !/\/(?:perdure\.db(?:-wal|-shm)?|audit-anchors\.jsonl)$/.test(path)),
  );
}
