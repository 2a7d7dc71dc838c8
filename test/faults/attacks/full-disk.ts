import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { uploadAnswer } from '../../../src/contract/documents.ts';
import { session as sessionShape, turnAnswer } from '../../../src/contract/sessions.ts';
import { answered, type Client } from '../../client.ts';
import { queryDatabase } from '../../database.ts';
import { newCorpus, untilRead } from '../../documents.ts';
import { GivenServer, openSession, type Person } from '../../given.ts';
import { waitFor } from '../../wait-for.ts';
import { answerOrders, orderWords } from '../answers.ts';
import { Asker } from '../asker.ts';
import { type Attack, type Measure, newTally, type Tally } from '../attack.ts';
import { Crowd } from '../crowd.ts';
import { History, type Sent } from '../history.ts';
import { judge } from '../judge.ts';
import { createRandom, type Random } from '../random.ts';
import { SmallDisk } from '../small-disk.ts';

/** F8: the disk under the data directory, or the one under its files alone, fills up while turns stream, messages are sent and documents
 *  are uploaded; then it is freed. Writes are refused cleanly, reads served (of documents,
 *  what was opened a while before), nothing is torn, and all goes on unaided. */
export const fullDisk: Attack = {
  name: 'full-disk',
  id: 'F8',
  title: 'the disk is full while turns run, then there is room again',
  rounds: { fast: 2, whole: 40 },
  obstacle: () => SmallDisk.obstacle(),
  async run({ rounds, seed, say }) {
    const random = createRandom(seed);
    const tally = newTally();
    const found: Found = { refusedWrites: 0, reads: 0, slowestMs: [], writtenAgainMs: [], goneOnMs: [] };
    for (let life = 0; tally.rounds < rounds; life++) {
      const inLife = Math.min(roundsInLife, Math.ceil(rounds / 2), rounds - tally.rounds);
      await liveOneLife({ random, filesApart: life % 2 === 1, rounds: inLife, tally, found });
      say(`data directory ${life + 1}: ${tally.rounds} rounds, ${found.refusedWrites} writes refused`);
    }
    tally.measures.push(
      { what: 'writes refused', value: found.refusedWrites, unit: '' },
      { what: 'reads served meanwhile', value: found.reads, unit: '' },
      slowest('answer meanwhile', found.slowestMs, 5_000),
      slowest('from the freed disk to a stored message', found.writtenAgainMs, 5_000),
      // A lease and 2 s, and what the longest answer takes.
      slowest('from the freed disk to the end of every turn', found.goneOnMs, 25_000),
    );
    if (found.refusedWrites === 0 || found.reads === 0)
      tally.breaches.push('no write was refused, or nothing was read');
    return tally;
  },
};

function slowest(what: string, values: readonly number[], atMost: number): Measure {
  return { what: `${what}, slowest`, value: Math.max(...values), unit: 'ms', atMost };
}

type Found = {
  refusedWrites: number;
  reads: number;
  slowestMs: number[];
  writtenAgainMs: number[];
  goneOnMs: number[];
};

const roundsInLife = 5;
const sessionsInLife = 10;
const leastShowing = 6;
const pieceDelayMs = 15;
/** The server says that it is not ready below 64 MiB, so there is more once the disk is freed. */
const diskBytes = 128 * 1024 * 1024;
/** What is left when the disk fills: nothing, less than a batch, some batches. */
const rooms: readonly [number, ...number[]] = [0, 8 * 1024, 64 * 1024, 256 * 1024];
const longText = 'x'.repeat(50_000);
const documentBytes = { small: 4_000, large: 600_000 };

async function liveOneLife(given: {
  random: Random;
  filesApart: boolean;
  rounds: number;
  tally: Tally;
  found: Found;
}): Promise<void> {
  const { random, filesApart, rounds, tally, found } = given;
  using disk = SmallDisk.mount(diskBytes);
  using files = filesApart ? SmallDisk.mount(diskBytes) : undefined;
  const dataDir = join(disk.folder, 'data');
  mkdirSync(dataDir);
  if (files) symlinkSync(files.folder, join(dataDir, 'files'));
  await using server = await GivenServer.start({ withModel: true, env: { PERDURE_LOG_LEVEL: 'error' }, dataDir });
  answerOrders(server.model, { pieceDelayMs, continues: false });
  const life = await Life.begin(server, random, { disk: files ?? disk, filesApart });
  for (let round = 0; round < rounds; round++) {
    const { asker, writtenAgainMs, goneOnMs, lost, doubled, breaches } = await life.round();
    tally.rounds += 1;
    tally.faults += 1;
    tally.lost += lost;
    tally.doubled += doubled;
    tally.breaches.push(...breaches);
    found.refusedWrites += asker.refused;
    found.reads += asker.served;
    found.slowestMs.push(asker.slowest.ms);
    found.writtenAgainMs.push(writtenAgainMs);
    found.goneOnMs.push(goneOnMs);
  }
  tally.breaches.push(...(await life.end()));
  tally.acknowledged += life.history.acknowledged;
}

class Life {
  readonly history: History;
  readonly #server: GivenServer;
  readonly #random: Random;
  readonly #disk: SmallDisk;
  /** The disk is that of the originals alone. */
  readonly #filesApart: boolean;
  readonly #person: Person;
  readonly #crowd: Crowd;
  readonly #corpusId: string;
  /** Where messages go whose place on the disk is all that matters. */
  readonly #fillerId: string;
  /** What was sent as each document that was taken. */
  readonly #documents = new Map<string, string>();
  readonly #sessions: string[] = [];
  #drawn = 0;

  private constructor(given: {
    server: GivenServer;
    random: Random;
    disk: SmallDisk;
    filesApart: boolean;
    person: Person;
    history: History;
    crowd: Crowd;
    corpusId: string;
    fillerId: string;
  }) {
    this.#server = given.server;
    this.#random = given.random;
    this.#disk = given.disk;
    this.#filesApart = given.filesApart;
    this.#person = given.person;
    this.history = given.history;
    this.#crowd = given.crowd;
    this.#corpusId = given.corpusId;
    this.#fillerId = given.fillerId;
  }

  static async begin(
    server: GivenServer,
    random: Random,
    given: { disk: SmallDisk; filesApart: boolean },
  ): Promise<Life> {
    const person = await server.person('curator');
    const { id: corpusId } = await newCorpus(person, 'A small shelf');
    const { session_id: fillerId } = await openSession(person);
    const history = new History();
    let orders = 0;
    const order = () => orderWords(random.between(60, 160), ++orders, random.unit() < 0.25);
    const crowd = await Crowd.open(person, { history, sessions: sessionsInLife, order });
    const life = new Life({ ...given, server, random, person, history, crowd, corpusId, fillerId });
    await untilRead(person, await life.#uploadUntilTaken(new Asker([]), life.#newDocument(documentBytes.small)));
    return life;
  }

  /** Fills the disk under everything that goes on, asks for all there is to ask, frees it, and waits until all goes on. */
  async round() {
    const asker = new Asker(['store_unavailable']);
    this.#crowd.keepBusy();
    await this.#crowd.untilShowing(leastShowing);
    const uploads = [this.#uploadUntilTaken(asker, this.#newDocument(documentBytes.small))];
    await this.#openDocument(asker);
    this.#disk.fill(this.#random.oneOf(rooms));
    uploads.push(this.#uploadUntilTaken(asker, this.#newDocument(documentBytes.large)));
    const unsettled = await this.#untilRefused(asker);
    await Promise.all([this.#writeEverything(asker), this.#readEverything(asker)]);
    await this.#untilReadyzSays(503, /full/);
    await pause(this.#random.between(0, 1_000));
    await this.#readEverything(asker);

    this.#disk.free();
    const freedMs = performance.now();
    const sinceFreed = () => performance.now() - freedMs;
    for (const sent of [...unsettled, this.#newMessage()]) {
      await waitFor('a message that is stored', async () => (await this.#send(asker, sent)) === 'stored');
    }
    const writtenAgainMs = sinceFreed();
    await Promise.all(uploads);
    await this.#crowd.untilAtRest();
    const goneOnMs = sinceFreed();
    await this.#untilReadyzSays(200, /ready/);
    const judged = await judge(this.#server.dataDir, this.history);
    const breaches = [...judged.breaches, ...asker.breaches, ...this.#torn()];
    return { asker, writtenAgainMs, goneOnMs, lost: judged.lost, doubled: judged.doubled, breaches };
  }

  /** One look serves everybody for a second. */
  async #untilReadyzSays(status: number, words: RegExp): Promise<void> {
    await waitFor(`/readyz to say ${status}`, async () => {
      const reply = await this.#server.anonymous.get('/readyz');
      return reply.status === status && words.test(reply.text);
    });
  }

  async end(): Promise<string[]> {
    const asker = new Asker([]);
    for (const sessionId of this.#sessions) {
      await asker.read('a session that was made', () => this.#client.get(`/api/sessions/${sessionId}`));
    }
    for (const [documentId, text] of this.#documents) {
      const original = await asker.read('an original', () => this.#client.get(`/api/documents/${documentId}/original`));
      if (original && original.text !== text) asker.breaches.push(`document ${documentId} is not what was sent`);
    }
    await this.#crowd[Symbol.asyncDispose]();
    const turns = this.#crowd.followers.flatMap(({ view }) => view.turns);
    const failed = turns.filter(({ state }) => state === 'failed');
    const blamed = failed.map(({ turnId, code }) => `turn ${turnId} failed as ${code}: a full disk is no fault of it`);
    return [...asker.breaches, ...this.#crowd.breaches(), ...blamed];
  }

  get #client(): Client {
    return this.#person.client;
  }

  /** Long messages, or large documents where the disk is that of the originals, until one is refused.
   *  @returns messages that are not stored yet */
  async #untilRefused(asker: Asker): Promise<Sent[]> {
    const before = asker.refused;
    for (let tries = 0; tries < 50; tries++) {
      if (this.#filesApart) await this.#upload(asker, this.#newDocument(documentBytes.large));
      else {
        const sent = this.#newMessage(longText);
        if ((await this.#send(asker, sent)) !== 'stored') return [sent];
      }
      if (asker.refused > before) return [];
    }
    asker.breaches.push('the disk was full and everything was stored');
    return [];
  }

  /** One of each write. Those of the database are only refused when the disk is its own. */
  async #writeEverything(asker: Asker): Promise<void> {
    const { admin, adminPassword, anonymous } = this.#server;
    const database = this.#filesApart ? new Asker([]) : asker;
    const made = await database.write('a new session', () => this.#client.post('/api/sessions'));
    if (made) this.#sessions.push(answered(made, 201, sessionShape).session_id);
    const title = `titled ${this.#drawn}`;
    await database.write('a rename', () => this.#client.patch(`/api/sessions/${this.#fillerId}`, { title }));
    await database.write('a new corpus', () => this.#client.post('/api/corpora', { name: `Shelf ${this.#drawn}` }));
    const credentials = { username: admin.username, password: adminPassword };
    await database.write('a login', () => anonymous.post('/api/auth/login', credentials));
    // What cannot be put on record is not given.
    const [documentId] = this.#documents.keys();
    const text = `/api/documents/${documentId}/text`;
    await database.write('an opening that is not on record yet', () => admin.client.get(text));
    const running = this.#crowd.followers
      .flatMap(({ sessionId, view }) => view.turns.map(({ turnId, state }) => ({ sessionId, turnId, state })))
      .find(({ state }) => state === 'running');
    if (running) {
      const path = `/api/sessions/${running.sessionId}/turns/${running.turnId}/stop`;
      await database.write('a stop', () => this.#client.post(path));
    }
    if (database !== asker) asker.breaches.push(...database.breaches);
  }

  /** Reads what is to be read on a full disk: an opening that is on record is not recorded again for a while. */
  async #openDocument(asker: Asker): Promise<void> {
    const [documentId] = this.#documents.keys();
    for (const part of ['text', 'original']) {
      const path = `/api/documents/${documentId}/${part}`;
      await asker.read(path, () => this.#client.get(path));
    }
  }

  async #readEverything(asker: Asker): Promise<void> {
    const [documentId] = this.#documents.keys();
    const { sessionId } = this.#random.oneOf(this.#crowd.followers as [Crowd['followers'][0], ...Crowd['followers']]);
    const paths = [
      '/healthz',
      '/metrics',
      '/api/auth/me',
      '/api/sessions',
      '/api/sessions?q=words',
      ...['', '/events?limit=1000', '/snapshot', '/history'].map((part) => `/api/sessions/${sessionId}${part}`),
      '/api/corpora',
      `/api/corpora/${this.#corpusId}/documents`,
      ...['', '/text', '/original'].map((part) => `/api/documents/${documentId}${part}`),
    ];
    for (const path of paths) await asker.read(path, () => this.#client.get(path));
    await asker.read('a search', () => this.#client.post('/api/search', { query: 'shelf word' }));
    await asker.read('the list of all sessions', () => this.#server.admin.client.get('/api/admin/sessions'));
    const stream = await this.#client.stream(`/api/sessions/${sessionId}/events`);
    await stream.until('what is stored', ({ frames }) => frames.length > 0);
    await stream.close();
  }

  #newMessage(more = ''): Sent {
    this.#drawn += 1;
    const text = `${more} ${orderWords(5, this.#drawn)}`;
    return { sessionId: this.#fillerId, clientTurnId: randomUUID(), text };
  }

  async #send(asker: Asker, sent: Sent): Promise<'stored' | 'refused'> {
    this.history.invoke(sent);
    const body = { client_turn_id: sent.clientTurnId, text: sent.text };
    const reply = await asker.write('a message', () =>
      this.#client.post(`/api/sessions/${sent.sessionId}/turns`, body),
    );
    if (!reply) return 'refused';
    const { turn_id: turnId, seq } = answered(reply, reply.status, turnAnswer);
    this.history.settle(sent.clientTurnId, { state: 'stored', turnId, seq });
    return 'stored';
  }

  #newDocument(bytes: number): string {
    this.#drawn += 1;
    const line = `Word ${this.#drawn} of the shelf, ${this.#random.between(0, 1e9)}.\n`;
    return line.repeat(Math.ceil(bytes / line.length));
  }

  /** @returns the document's id; undefined when it was refused */
  async #upload(asker: Asker, body: string): Promise<string | undefined> {
    const path = `/api/corpora/${this.#corpusId}/documents?filename=shelf.txt`;
    const reply = await asker.write('an upload', () => this.#client.call('POST', path, { body }));
    if (!reply) return undefined;
    const { document_id: documentId } = answered(reply, 202, uploadAnswer);
    this.#documents.set(documentId, body);
    return documentId;
  }

  /** As a person does who is told to try again. */
  #uploadUntilTaken(asker: Asker, body: string): Promise<string> {
    return waitFor('a document that is taken', () => this.#upload(asker, body));
  }

  /** Pages that do not check, originals that are not whole, and files that no document names. */
  #torn(): string[] {
    const { databasePath, dataDir } = this.#server;
    const checked = queryDatabase(databasePath, 'pragma quick_check').map((row) => row.quick_check);
    const rows = queryDatabase(databasePath, 'select id, file_key, sha256 from documents');
    const found = new Set(readdirSync(join(dataDir, 'files')));
    const torn = rows.filter(({ file_key: key, sha256 }) => {
      return !found.delete(String(key)) || hashOf(join(dataDir, 'files', String(key))) !== sha256;
    });
    return [
      ...checked.filter((each) => each !== 'ok').map((each) => `quick_check: ${each}`),
      ...torn.map(({ id }) => `the original of document ${id} is torn`),
      ...[...found].filter((name) => name !== 'ballast').map((name) => `a file that no document names: ${name}`),
      ...(rows.length === this.#documents.size ? [] : [`${rows.length} documents, ${this.#documents.size} taken`]),
    ];
  }
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
