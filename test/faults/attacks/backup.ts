import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../../src/cli/testing/run-cli.ts';
import { findPostgres, noPostgres } from '../../../src/store/conformance/find-postgres.ts';
import { openPrivatePostgres } from '../../../src/store/conformance/private-postgres.ts';
import { queryDatabase } from '../../database.ts';
import { newCorpus, untilRead, upload } from '../../documents.ts';
import type { Person } from '../../given.ts';
import { answerOrders, orderWords } from '../answers.ts';
import { type Attack, newTally, type Tally } from '../attack.ts';
import { BusyConversations } from '../busy-conversations.ts';
import { Conversation } from '../conversation.ts';
import type { Fleet } from '../fleet.ts';
import { flipBytes } from '../flip-bytes.ts';
import { History } from '../history.ts';
import { Instances } from '../instances.ts';
import { judge } from '../judge.ts';
import { PostgresInstances } from '../postgres-instances.ts';
import { createRandom, type Random } from '../random.ts';

/** F15: two servers are written to while a backup is made. It is restored beside: each session is there as it was at one moment between the
 *  command's begin and end, with every original. Then 8 bytes of it are flipped at a drawn place, which is found. On SQLite and on PostgreSQL in
 *  turn. */
export const backup: Attack = {
  name: 'backup',
  id: 'F15',
  title: 'a backup under load, restored and verified; then 8 bytes of it flipped',
  rounds: { fast: 4, whole: 40 },
  obstacle: () => (findPostgres() === undefined ? noPostgres : undefined),
  async run({ rounds, seed, say }) {
    const tally = newTally();
    const random = createRandom(seed);
    {
      await using instances = await Instances.start({ env: { PERDURE_MODEL_CONTINUES: '1' }, beside: [{}] });
      const source = { fleet: instances, curator: instances.home.admin, dataDir: instances.home.dataDir, env: {} };
      await attackBackups(source, { rounds: Math.ceil(rounds / 2), random, tally });
      say(`${tally.rounds} on SQLite`);
    }
    const database = await openPrivatePostgres();
    try {
      await using instances = await PostgresInstances.start(database, 2);
      const env = { PERDURE_DATABASE_URL: instances.databaseUrl };
      const source = { fleet: instances, curator: await instances.signIn(0), dataDir: instances.dataDir(0), env };
      await attackBackups(source, { rounds: Math.floor(rounds / 2), random, tally });
      say(`${tally.rounds} with PostgreSQL`);
    } finally {
      await database.close();
    }
    return tally;
  },
};

const sessions = 6;
const words = 12;
const pieceDelayMs = 10;
const flippedBytes = 8;

/** A store that servers write to. */
type Source = {
  fleet: Fleet;
  curator: Person;
  dataDir: string;
  /** For the command line. */
  env: Record<string, string>;
};
type Rounds = { rounds: number; random: Random; tally: Tally };

async function attackBackups(source: Source, { rounds, random, tally }: Rounds): Promise<void> {
  const { fleet, curator } = source;
  answerOrders(fleet.model, { pieceDelayMs, continues: true });
  const history = new History();
  let orders = 0;
  const talks = new BusyConversations(() => orderWords(words, (orders += 1)));
  const person = await fleet.person();
  for (let i = 0; i < sessions; i++) {
    const clients = [() => fleet.client(i % 2, person), () => fleet.client((i + 1) % 2, person)] as const;
    talks.add(await Conversation.open({ person, history, clients }));
  }
  const corpus = await newCorpus(curator, 'Animals');
  const originals = new Map<string, string>();
  for (let round = 0; round < rounds; round++) {
    const text = `The okapi number ${round} is shy.`;
    const id = await upload(curator, corpus.id, `okapi-${round}.md`, text);
    originals.set(id, text);
    await untilRead(curator, id);
    await talks.untilFresh(1);
    tally.breaches.push(...(await backUpAndFlip(source, originals, random)));
    tally.rounds += 1;
    tally.faults += 1;
  }
  tally.breaches.push(...(await talks.end()));
  await talks.close();
  const { lost, doubled, breaches } = await judge(fleet.judged, history, { continues: true });
  tally.lost += lost;
  tally.doubled += doubled;
  tally.acknowledged += history.acknowledged;
  tally.breaches.push(...breaches);
}

/** @returns what did not hold */
async function backUpAndFlip(
  source: Source,
  originals: ReadonlyMap<string, string>,
  random: Random,
): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'perdure-backup-'));
  const [to, restored] = [join(folder, 'backup'), join(folder, 'restored')];
  const restore = (into: string) =>
    runCli(['restore', '--from', to, '--data-dir', into, '--verify'], { PERDURE_DATA_DIR: folder });
  try {
    const before = await lastSeqs(source.fleet);
    const made = await runCli(['backup', '--data-dir', source.dataDir, '--to', to], source.env);
    const after = await lastSeqs(source.fleet);
    if (made.code !== 0) return [`no backup was made: ${made.out}`];
    const back = await restore(restored);
    if (back.code !== 0) return [`a backup under load is not whole: ${back.out}`];
    const found = [
      ...(await unlikeSource(source.fleet, join(restored, 'perdure.db'), { before, after })),
      ...(await lostOriginals(restored, originals)),
    ];
    const flipped = random.oneOf((await filesIn(to)) as [string]);
    await flipBytes(flipped, flippedBytes, random.unit());
    const damaged = await restore(join(folder, 'damaged'));
    if (damaged.code === 0)
      found.push(`${flippedBytes} bytes of ${flipped.slice(to.length)} are flipped and it is called whole`);
    return found;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Between = { before: ReadonlyMap<string, number>; after: ReadonlyMap<string, number> };

async function lastSeqs(fleet: Fleet): Promise<Map<string, number>> {
  const rows = await fleet.query('select session_id, last_seq from user_sessions');
  return new Map(rows.map(({ session_id: id, last_seq: seq }) => [String(id), Number(seq)]));
}

/** Each restored session ends between what it had before and after, and its log is the beginning of the one in the store. */
async function unlikeSource(fleet: Fleet, path: string, { before, after }: Between): Promise<string[]> {
  const found: string[] = [];
  const seqs = queryDatabase(path, 'select session_id, last_seq from user_sessions');
  const restored = new Map(seqs.map(({ session_id: id, last_seq: seq }) => [String(id), Number(seq)]));
  for (const [id, least] of before) {
    const seq = restored.get(id) ?? -1;
    if (seq >= least && seq <= (after.get(id) ?? 0)) continue;
    found.push(`session ${id} is restored at ${seq}, which is not from ${least} to ${after.get(id)}`);
  }
  const log = 'select session_id, seq, type, payload from session_events order by session_id, seq';
  const lines = new Map(
    (await fleet.query(log)).map((row) => [`${row.session_id} ${row.seq}`, `${row.type} ${row.payload}`]),
  );
  for (const row of queryDatabase(path, log)) {
    const is = lines.get(`${row.session_id} ${row.seq}`);
    if (is !== `${row.type} ${row.payload}`) found.push(`event ${row.seq} of session ${row.session_id} is another`);
  }
  return found;
}

async function lostOriginals(restored: string, originals: ReadonlyMap<string, string>): Promise<string[]> {
  const rows = queryDatabase(join(restored, 'perdure.db'), 'select id, file_key from documents');
  const keys = new Map(rows.map((row) => [String(row.id), String(row.file_key)]));
  const found: string[] = [];
  for (const [id, text] of originals) {
    const body = await readFile(join(restored, 'files', keys.get(id) ?? ''), 'utf8').catch(() => undefined);
    if (body !== text) found.push(`the original of document ${id} is ${body === undefined ? 'missing' : 'another'}`);
  }
  return found;
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
