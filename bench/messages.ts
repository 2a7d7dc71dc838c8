/** What a search in messages costs a person with many sessions, what storing their words costs the writer, and what a message costs beside it.
 *  Usage: node bench/messages.ts [--sessions 10000] [--others 10000] [--people 0] [--of-people 990000] [--questions 200] [--accepts 400]
 *  Beside them are, of so many people, sessions of one question and answer each. A search is measured before words are put together and after it.
 *  Each session has ten questions of 20 words and ten answers of 80. They are put straight into the tables of SQLite; their words are stored by the
 *  server's own commands, and asked for by its own query. The peer is LIKE over the same log, newest activity first, as many rows. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { systemClock } from '../src/clock.ts';
import { newId } from '../src/ids.ts';
import { createLog } from '../src/log.ts';
import { askedWords } from '../src/retrieval/message-words.ts';
import { createWordReader } from '../src/sessions/word-reader.ts';
import { acceptArgs, agentId, GivenLog } from '../src/store/conformance/given-log.ts';
import { openSqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import type { WordsToPack } from '../src/store/queries/words-to-pack.ts';
import type { Store } from '../src/store/store.ts';
import { fillMessages, wordOfMessages } from './support/fill-messages.ts';
import { fillOthers } from './support/fill-others.ts';
import { median, print, quantile } from './support/lines.ts';
import { numbersFrom } from './support/many-sessions.ts';

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '10000' },
    others: { type: 'string', default: '10000' },
    people: { type: 'string', default: '0' },
    'of-people': { type: 'string', default: '990000' },
    questions: { type: 'string', default: '200' },
    accepts: { type: 'string', default: '400' },
  },
});
const bench = 'messages';
const limit = 20;
const dataDir = mkdtempSync(join(tmpdir(), 'perdure-bench-'));
const path = join(dataDir, 'perdure.db');
const store = await openSqliteStore({ path, clock: systemClock });
const given = new GivenLog(store);
try {
  const agent = { id: agentId, name: 'Agent', description: '', instructions: '', tools: [] };
  await store.write.putBuiltins({ agents: [agent], at: systemClock.now() });
  const [userId, other] = [await given.user(), await given.user()];
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  fillMessages(database, { userId, sessions: Number(values.sessions), seed: 1 });
  fillMessages(database, { userId: other, sessions: Number(values.others), seed: 2 });
  await store.write.clearWords({ maxRows: 1, at: systemClock.now() });
  await storeWords(path);
  if (Number(values.people) > 0) {
    fillOthers(database, { people: Number(values.people), sessions: Number(values['of-people']) });
  }
  await search(userId, database, 'in rows');
  await storePacks();
  await search(userId, database, 'in packs');
  database.close();
  await accept(store);
} finally {
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
}

/** All of them, by the steps of the server without its pauses. */
async function storeWords(file: string): Promise<void> {
  const before = statSync(file).size;
  const took: number[] = [];
  const startedMs = performance.now();
  let messages = 0;
  for (;;) {
    const words = await store.scan.wordsToStore({ limit: 200, maxChars: 25_000 });
    if (words.state !== 'current' || words.upTo === words.after) break;
    const { after, upTo, messages: some } = words;
    messages += some.length;
    took.push(await timed(() => store.write.storeWords({ after, upTo, messages: some, at: systemClock.now() })));
  }
  const seconds = (performance.now() - startedMs) / 1_000;
  print({ bench, what: 'messages whose words are stored', value: messages, unit: 'messages' });
  print({ bench, what: 'messages stored in a second', value: messages / seconds, unit: 'messages/s' });
  print({ bench, what: 'one step, as the writer is held: p50', value: median(took), unit: 'ms' });
  print({ bench, what: 'one step, as the writer is held: p99', value: quantile(took, 0.99), unit: 'ms' });
  print({ bench, what: 'the file before', value: before / 2 ** 20, unit: 'MiB' });
  print({ bench, what: 'words in it', value: wordBytes(file) / 2 ** 20, unit: 'MiB' });
}

/** All that can be made, by the steps of the server without its pauses. */
async function storePacks(): Promise<void> {
  const took: number[] = [];
  const made: number[] = [];
  let bytes = 0;
  for (let after: string | undefined = ''; after !== undefined; ) {
    const startedMs = performance.now();
    const words: WordsToPack = await store.scan.wordsToPack({ after });
    if (words.state === 'looked') {
      after = words.upTo;
      continue;
    }
    made.push(performance.now() - startedMs);
    const { ownerId, packedAt, blocks, rows } = words;
    bytes += rows.reduce((sum, row) => sum + Buffer.byteLength(row.words) + 60, 0);
    took.push(await timed(() => store.write.storePack({ ownerId, packedAt, blocks, rows, at: systemClock.now() })));
  }
  print({ bench, what: 'packs', value: made.length, unit: 'packs' });
  print({ bench, what: 'packs in the file', value: bytes / 2 ** 20, unit: 'MiB' });
  print({ bench, what: 'one pack, as a reader makes it: p50', value: median(made), unit: 'ms' });
  print({ bench, what: 'one pack, as the writer is held: p50', value: median(took), unit: 'ms' });
  print({ bench, what: 'one pack, as the writer is held: p99', value: quantile(took, 0.99), unit: 'ms' });
}

function wordBytes(file: string): number {
  const database = new DatabaseSync(file, { readOnly: true });
  const row = database.prepare('select sum(length(words) + 80) as bytes from message_words').get();
  database.close();
  return Number(row?.['bytes'] ?? 0);
}

async function search(userId: string, database: DatabaseSync, where: 'in rows' | 'in packs'): Promise<void> {
  const draw = numbersFrom(9);
  const word = (common: number) => wordOfMessages(Math.floor(draw() ** 4 * common));
  const kinds: Record<string, () => string> = {
    'a common word': () => wordOfMessages(Math.floor(draw() * 20)),
    'two words': () => `${word(2_000)} ${word(20_000)}`,
    'three words': () => `${word(500)} ${word(5_000)} ${word(20_000)}`,
    'a rare word': () => wordOfMessages(10_000 + Math.floor(draw() * 10_000)),
    'the beginning of a word': () => word(20_000).slice(0, 3),
    'what nobody said': () => `${word(50)} xyzzy`,
  };
  const all: number[] = [];
  const allOfPeer: number[] = [];
  for (const [kind, question] of Object.entries(kinds)) {
    const took: number[] = [];
    const peer: number[] = [];
    for (let n = 0; n < Number(values.questions); n++) {
      const asked = question();
      took.push(await timed(() => store.scan.searchMessages({ userId, words: askedWords(asked), limit })));
      // It takes long: a tenth of the questions say enough.
      if (where === 'in packs' && n % 10 === 0)
        peer.push(await timed(async () => like(database, userId, asked.split(' '))));
    }
    print({ bench, what: `${kind}, ${where}: p50`, value: median(took), unit: 'ms' });
    print({ bench, what: `${kind}, ${where}: p95`, value: quantile(took, 0.95), unit: 'ms' });
    if (where === 'in packs')
      print({ bench, what: `${kind}, LIKE over the log: p50`, value: median(peer), unit: 'ms' });
    all.push(...took);
    allOfPeer.push(...peer);
  }
  print({ bench, what: `all questions, ${where}: p95`, value: quantile(all, 0.95), unit: 'ms' });
  if (where === 'in packs')
    print({ bench, what: 'all questions, LIKE over the log: p95', value: quantile(allOfPeer, 0.95), unit: 'ms' });
}

function like(database: DatabaseSync, userId: string, words: readonly string[]): void {
  const conditions = words.map(() => `e.payload like ? escape '\\'`).join(' and ');
  database
    .prepare(
      `select e.session_id, e.seq, e.payload from user_sessions s join session_events e on e.session_id = s.session_id
        where s.user_id = ? and s.deleted_at is null and e.type in ('user_message', 'agent_message') and ${conditions}
        order by s.last_activity desc, s.session_id desc, e.seq desc limit ${limit}`,
    )
    .all(userId, ...words.map((word) => `%${word}%`));
}

/** A message is stored while words are, and while they are not: in turns, so that both meet the same moments. */
async function accept({ write }: Store): Promise<void> {
  const log = createLog('error');
  const took: { without: number[]; beside: number[] } = { without: [], beside: [] };
  const rounds = 8;
  for (let round = 0; round < rounds; round++) {
    const kind = round % 2 === 0 ? 'without' : 'beside';
    const reader = createWordReader({ store, clock: systemClock, log });
    if (kind === 'beside') reader.start();
    const owner = await given.owned();
    for (let n = 0; n < Number(values.accepts) / rounds; n++) {
      const text = Array.from({ length: 20 }, (_, k) => wordOfMessages(n * 20 + k)).join(' ');
      const args = acceptArgs(owner.sessionId, owner.userId, {
        text,
        maxQueuedInSession: 1e6,
        maxQueuedOfAuthor: 1e6,
        maxQueued: 1e6,
        turnId: newId(),
      });
      took[kind].push(await timed(() => write.acceptTurn(args)));
    }
    await reader.close();
  }
  print({ bench, what: 'a message, no words stored: p50', value: median(took.without), unit: 'ms' });
  print({ bench, what: 'a message, words stored beside: p50', value: median(took.beside), unit: 'ms' });
  print({ bench, what: 'a message, no words stored: p99', value: quantile(took.without, 0.99), unit: 'ms' });
  print({ bench, what: 'a message, words stored beside: p99', value: quantile(took.beside, 0.99), unit: 'ms' });
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await run();
  return performance.now() - startedMs;
}
