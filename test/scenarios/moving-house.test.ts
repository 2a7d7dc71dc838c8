import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createCorpus } from '../../src/knowledge/corpora.ts';
import { bodyOf, givenKnowledge, type GivenKnowledge } from '../../src/knowledge/testing/given-knowledge.ts';
import { uploadDocument } from '../../src/knowledge/upload-document.ts';
import { agentId, answer, GivenLog } from '../../src/store/conformance/given-log.ts';
import { openStore } from '../../src/store/conformance/open-postgres.ts';
import { openPrivatePostgres, type PrivatePostgres } from '../../src/store/conformance/private-postgres.ts';
import { movePlace, type StorePlace } from '../../src/store/moving/move-place.ts';
import { storeTables } from '../../src/store/moving/store-tables.ts';
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

describe('nothing is moved', () => {
  const usersIn = async (url: string) => {
    const client = new Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query('select count(*)::int as n from users');
    await client.end();
    return rows[0].n as number;
  };

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
