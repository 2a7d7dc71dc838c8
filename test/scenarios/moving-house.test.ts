import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createCorpus } from '../../src/knowledge/corpora.ts';
import { bodyOf, givenKnowledge, type GivenKnowledge } from '../../src/knowledge/testing/given-knowledge.ts';
import { uploadDocument } from '../../src/knowledge/upload-document.ts';
import { agentId, answer, GivenLog } from '../../src/store/conformance/given-log.ts';
import { openStore } from '../../src/store/conformance/open-postgres.ts';
import { openPrivatePostgres, type PrivatePostgres } from '../../src/store/conformance/private-postgres.ts';
import type { StorePlace } from '../../src/store/moving/file-places.ts';
import { movePlace } from '../../src/store/moving/move-place.ts';
import { storeTables } from '../../src/store/moving/store-tables.ts';
import { runCli } from '../../src/cli/testing/run-cli.ts';
import { checkInvariants } from '../invariants.ts';

let server: PrivatePostgres;
beforeAll(async () => {
  server = await openPrivatePostgres();
});
afterAll(() => server.close());

let given: GivenKnowledge;
let log: GivenLog;
let folder: string;
const texts = ['The okapi is shy. '.repeat(40_000), '# Quaggas\n\nThe quagga was striped.'];
beforeEach(async () => {
  given = await givenKnowledge();
  folder = mkdtempSync(join(tmpdir(), 'perdure-move-'));
  const agent = { id: agentId, name: 'Agent', description: '', instructions: '', tools: [] };
  await given.store.write.putBuiltins({ agents: [agent], at: systemClock.now() });
  const curator = await given.user('curator');
  const corpus = await createCorpus(given.knowledge, curator, { name: 'Tiere – 動物' });
  for (const [i, text] of texts.entries()) {
    const input = { corpusId: corpus.id, filename: `${i}.md`, body: bodyOf(text) };
    await uploadDocument(given.knowledge, curator, input);
  }
  await given.knowledge.idle();
  log = new GivenLog(given.store);
  for (let i = 0; i < 5; i++) {
    const turn = await log.running(await log.owned());
    await log.append(turn, { events: [answer(`Antwort ${i} \u{1F600}`)], nextStep: 1, end: { state: 'done' } });
  }
});
afterEach(async () => {
  await given.close();
  rmSync(folder, { recursive: true, force: true });
});

const move = (from: StorePlace, to: StorePlace) => movePlace(from, to, { clock: systemClock, tell: () => undefined });
const here = () => ({ dataDir: given.dataDir });

test('there and back again: every row and every original is what it was, and the invariants hold', async () => {
  const url = await server.newDatabase();
  const there = await move(here(), { url });
  expect(there.files).toBe(2);
  expect(there.rows).toBeGreaterThan(60);
  expect(there.tables.map(({ table }) => table).toSorted()).toEqual(
    storeTables()
      .map(({ name }) => name)
      .toSorted(),
  );

  const back = join(folder, 'back');
  expect(await move({ url }, { dataDir: back })).toEqual(there);
  for (const name of readdirSync(join(given.dataDir, 'files'))) {
    expect(readFileSync(join(back, 'files', name))).toEqual(readFileSync(join(given.dataDir, 'files', name)));
  }
  expect((await checkInvariants(join(back, 'perdure.db')))['sessions']).toBeGreaterThanOrEqual(5);

  // What is written there goes on where it was: no id is given twice.
  const store = await openStore(url);
  const moved = new GivenLog(store);
  const turn = await moved.running(await moved.owned());
  expect(await moved.finish(turn)).toBe(true);
  await store.close();
  const again = join(folder, 'again');
  await move({ url }, { dataDir: again });
  await checkInvariants(join(again, 'perdure.db'));
});

test('while people go on writing, what arrives is one moment', async () => {
  const over = new AbortController();
  const writers = Array.from({ length: 4 }, async () => {
    const owner = await log.owned();
    while (!over.signal.aborted) await log.accept(owner);
  });
  const url = await server.newDatabase();
  await move(here(), { url });
  over.abort();
  await Promise.all(writers);
  const back = join(folder, 'back');
  await move({ url }, { dataDir: back });
  await checkInvariants(join(back, 'perdure.db'));
});

const usersIn = async (url: string) => {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query('select count(*)::int as n from users');
  await client.end();
  return rows[0].n as number;
};

describe('nothing is moved', () => {
  test('into a store that is used, and it stays as it is', async () => {
    const url = await server.newDatabase();
    await move(here(), { url });
    const before = await usersIn(url);
    await expect(move(here(), { url })).rejects.toThrow('There is a store in the target already');
    expect(await usersIn(url)).toBe(before);
    await expect(move({ url }, here())).rejects.toThrow('There is a store in the target already');
  });

  test('when an original is missing or another; once it is there again, what had arrived is not sent again', async () => {
    const url = await server.newDatabase();
    const [first = '', second = ''] = readdirSync(join(given.dataDir, 'files')).map((name) =>
      join(given.dataDir, 'files', name),
    );
    const [bytes, others] = [readFileSync(first), readFileSync(second)];
    rmSync(first);
    await expect(move(here(), { url })).rejects.toThrow(/The original \S+ is missing/);
    writeFileSync(first, others);
    await expect(move(here(), { url })).rejects.toThrow(/is not the file that was uploaded/);
    expect(await usersIn(url)).toBe(0);
    writeFileSync(first, bytes);
    expect((await move(here(), { url })).files).toBe(2);
  });

  test('from where there is no store', async () => {
    await expect(move({ dataDir: folder }, { url: await server.newDatabase() })).rejects.toThrow(
      'There is no perdure.db',
    );
    await expect(move({ url: await server.newDatabase() }, { dataDir: join(folder, 'x') })).rejects.toThrow();
  });
});

describe('by the command line', () => {
  test('a store is moved into PostgreSQL and back, and each copy verified', async () => {
    const env = { PERDURE_DATABASE_URL: await server.newDatabase() };
    const there = await runCli(['migrate-store', '--from', given.dataDir, '--to', 'database'], env);
    expect(there.out).toMatch(/^verdict: ok, /m);
    expect(there.out).toMatch(
      /\nMoved to postgres:\/\/\S+: [\d,]+ rows of \d+ tables, alike on both sides, and 2 originals\.\n$/,
    );
    expect(there.code).toBe(0);
    const back = await runCli(['migrate-store', '--from', 'database', '--to', join(folder, 'back')], env);
    expect([back.code, back.out]).toEqual([0, expect.stringMatching(/^verdict: ok, /m)]);
    const again = await runCli(['migrate-store', '--from', given.dataDir, '--to', 'database'], env);
    expect([again.code, again.out]).toEqual([
      1,
      expect.stringContaining('Nothing was moved. There is a store in the target'),
    ]);
  });

  test('a store in PostgreSQL is backed up while people write, and restored into either kind', async () => {
    const url = await server.newDatabase();
    await move(here(), { url });
    const store = await openStore(url);
    const others = new GivenLog(store);
    const over = new AbortController();
    const owner = await others.owned();
    const seq = async () => (await store.read.memberSession(owner))?.last_seq ?? 0;
    const writing = (async () => {
      while (!over.signal.aborted) await others.accept(owner);
    })();
    const before = await seq();
    const env = { PERDURE_DATABASE_URL: url, PERDURE_DATA_DIR: join(folder, 'none') };
    mkdirSync(join(folder, 'none'));
    const made = await runCli(['backup', '--to', join(folder, 'backup')], env);
    const after = await seq();
    over.abort();
    await writing;
    await store.close();
    expect([made.code, made.out]).toEqual([0, expect.stringMatching(/Backed up to .*, 2 originals, \d+\.\d MB\.\n$/)]);

    const from = ['restore', '--from', join(folder, 'backup'), '--verify'];
    const restored = await runCli([...from, '--data-dir', join(folder, 'restored')]);
    expect([restored.code, restored.out]).toEqual([0, expect.stringMatching(/^verdict: ok, /m)]);
    const database = new DatabaseSync(join(folder, 'restored', 'perdure.db'), { readOnly: true });
    const row = database.prepare('select last_seq from user_sessions where session_id = ?').get(owner.sessionId);
    database.close();
    expect(Number(row?.['last_seq'])).toBeGreaterThanOrEqual(before);
    expect(Number(row?.['last_seq'])).toBeLessThanOrEqual(after);

    const anew = await server.newDatabase();
    const into = await runCli([...from, '--database', 'env'], { PERDURE_DATABASE_URL: anew });
    expect([into.code, into.out]).toEqual([0, expect.stringMatching(/^verdict: ok, [\s\S]*Restored to postgres:/m)]);
  });

  test.each([
    [['migrate-store', '--to', 'database'], '--from PLACE is missing'],
    [['migrate-store', '--from', '/x', '--to', 'database'], 'PERDURE_DATABASE_URL is not set'],
    [['migrate-store', '--from', '/x', '--to', '/y'], 'one place is a data directory and the other a database'],
    [['migrate-store', '--from', '/x', '--to', 'postgres://h/d', '--now'], '--now'],
  ])('%j is refused with the reason', async (argv, why) => {
    const { code, err } = await runCli(argv);
    expect([code, err]).toEqual([2, expect.stringContaining(why)]);
  });
});
