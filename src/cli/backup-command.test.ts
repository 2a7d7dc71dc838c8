import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../clock.ts';
import { createCorpus } from '../knowledge/corpora.ts';
import { deleteDocument } from '../knowledge/documents.ts';
import { purgeDocument } from '../knowledge/recycle-bin.ts';
import { bodyOf, givenKnowledge, type GivenKnowledge } from '../knowledge/testing/given-knowledge.ts';
import { uploadDocument } from '../knowledge/upload-document.ts';
import { agentId, GivenLog } from '../store/conformance/given-log.ts';
import { openFileSource } from '../store/moving/file-places.ts';
import { copyDatabase } from '../store/sqlite/copy-database.ts';
import { makeBackup } from './backup/make-backup.ts';
import { manifest } from './backup/manifest.ts';
import { runCli } from './testing/run-cli.ts';

let given: GivenKnowledge;
let documents: { id: string; text: string }[];
let curator: Awaited<ReturnType<GivenKnowledge['user']>>;
let folder: string;
beforeEach(async () => {
  given = await givenKnowledge();
  curator = await given.user('curator');
  const agent = { id: agentId, name: 'Agent', description: '', instructions: '', tools: [] };
  await given.store.write.putBuiltins({ agents: [agent], at: systemClock.now() });
  const corpus = await createCorpus(given.knowledge, curator, { name: 'Animals' });
  documents = [];
  for (const animal of ['Okapi', 'Quagga', 'Numbat']) {
    const text = `# ${animal}s\n\nThe ${animal.toLowerCase()} is shy.`;
    const input = { corpusId: corpus.id, filename: `${animal}.md`, body: bodyOf(text) };
    documents.push({ id: (await uploadDocument(given.knowledge, curator, input)).documentId, text });
  }
  await given.knowledge.idle();
  folder = mkdtempSync(join(tmpdir(), 'perdure-backup-'));
});
afterEach(async () => {
  await given.close();
  rmSync(folder, { recursive: true, force: true });
});

const at = (name: string) => join(folder, name);
const anOriginal = () => anyIn(join(given.dataDir, 'files'));
const original = () => anyIn(join(at('backup'), 'files'));
const anyIn = (files: string) => join(files, readdirSync(files)[0] ?? '');
const backUp = () => runCli(['backup', '--data-dir', given.dataDir, '--to', at('backup')]);
const restore = () => runCli(['restore', '--from', at('backup'), '--data-dir', at('restored'), '--verify']);
const ask = (path: string, sql: string) => {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
};

test('while people go on writing: every session comes back as it was at one moment, every original byte for byte', async () => {
  const log = new GivenLog(given.store);
  const owners = await Promise.all(Array.from({ length: 5 }, () => log.owned()));
  const seqOf = async () => {
    const records = await Promise.all(owners.map((owner) => given.store.read.memberSession(owner)));
    return records.map((record) => record?.last_seq ?? 0);
  };
  const over = new AbortController();
  const writers = owners.map(async (owner) => {
    while (!over.signal.aborted) await log.accept(owner);
  });
  const before = await seqOf();
  const made = await backUp();
  const after = await seqOf();
  over.abort();
  await Promise.all(writers);
  expect(made.out).toMatch(/Backed up to .*3 originals, \d+\.\d MB\.\n$/);
  expect(made.code).toBe(0);

  const restored = await restore();
  expect(restored.out).toMatch(/^verdict: ok, /m);
  expect(restored.code).toBe(0);
  const rows = ask(join(at('restored'), 'perdure.db'), 'select session_id, last_seq from user_sessions');
  for (const [i, { sessionId }] of owners.entries()) {
    const seq = Number(rows.find((row) => row['session_id'] === sessionId)?.['last_seq']);
    expect(seq).toBeGreaterThanOrEqual(before[i] ?? 0);
    expect(seq).toBeLessThanOrEqual(after[i] ?? 0);
  }
  const keys = ask(join(at('restored'), 'perdure.db'), 'select id, file_key from documents');
  for (const { id, text } of documents) {
    const key = String(keys.find((row) => row['id'] === id)?.['file_key']);
    expect(readFileSync(join(at('restored'), 'files', key), 'utf8')).toBe(text);
  }
});

test('what belongs to it is in it, for its owner alone, and nothing else is', async () => {
  writeFileSync(join(given.dataDir, 'secret.key'), `${'k'.repeat(43)}\n`);
  writeFileSync(join(given.dataDir, '.env'), 'PERDURE_PORT=3000\n');
  mkdirSync(join(given.dataDir, 'models'), { recursive: true });
  writeFileSync(join(given.dataDir, 'files', '00000000-0000-4000-8000-000000000000'), 'named by nobody');
  expect((await backUp()).code).toBe(0);
  expect(readdirSync(at('backup')).toSorted()).toEqual(['.env', 'backup.json', 'files', 'perdure.db', 'secret.key']);
  expect(readdirSync(join(at('backup'), 'files'))).toHaveLength(3);
  for (const name of ['.env', 'backup.json', 'perdure.db', 'secret.key']) {
    expect(statSync(join(at('backup'), name)).mode & 0o077, name).toBe(0);
  }
  const said = manifest.parse(JSON.parse(readFileSync(join(at('backup'), 'backup.json'), 'utf8')));
  expect(said.files).toEqual({ count: 3, bytes: documents.reduce((sum, { text }) => sum + text.length, 0) });
  expect((await restore()).code).toBe(0);
  expect(readdirSync(at('restored')).toSorted()).toEqual(['.env', 'files', 'perdure.db', 'secret.key']);
});

test('a document that is deleted for good while its original is copied is not in the backup, which is whole', async () => {
  const [first] = documents;
  let copies = 0;
  const ports = {
    clock: systemClock,
    tell: () => undefined,
    openFileSource,
    copyDatabase: async (...args: Parameters<typeof copyDatabase>) => {
      const named = await copyDatabase(...args);
      copies += 1;
      if (copies > 1 || !first) return named;
      await deleteDocument(given.knowledge, curator, first.id);
      await purgeDocument(given.knowledge, curator, first.id);
      await given.knowledge.idle();
      return named;
    },
  };
  expect((await makeBackup(ports, { dataDir: given.dataDir }, at('backup'))).files.count).toBe(2);
  expect(copies).toBe(2);
  expect((await restore()).code).toBe(0);
});

describe('there is no backup, and it is said why,', () => {
  test('when an original is missing', async () => {
    rmSync(anOriginal());
    const { code, out } = await backUp();
    expect([code, out]).toEqual([
      1,
      expect.stringMatching(/^1 originals are missing or changed: \S+ is not in files\/\.\n$/),
    ]);
    expect((await restore()).out).toContain('There is no whole backup');
  });

  test('when an original is not what was uploaded', async () => {
    appendFileSync(anOriginal(), '!');
    const { code, out } = await backUp();
    expect([code, out]).toEqual([1, expect.stringContaining('is not the file that was uploaded')]);
  });

  test('when there is no store', async () => {
    const { code, out } = await runCli(['backup', '--data-dir', at('nothing'), '--to', at('backup')]);
    expect([code, out]).toEqual([1, expect.stringContaining('It failed')]);
  });

  test.each([
    [['backup'], '--to DIR is missing'],
    [['backup', '--to'], '--to'],
    [['backup', '--to', '/x', '--fast'], '--fast'],
    [['restore', '--from', '/x'], '--data-dir DIR is missing'],
  ])('when it is asked for as %j', async (argv, why) => {
    const { code, err } = await runCli(argv);
    expect([code, err]).toEqual([2, expect.stringContaining(why)]);
  });

  test('when there is something in its place', async () => {
    mkdirSync(at('backup'));
    writeFileSync(join(at('backup'), 'mine'), '');
    expect(await backUp()).toMatchObject({ code: 2, err: expect.stringContaining('is not empty') as string });
    expect(readdirSync(at('backup'))).toEqual(['mine']);
  });
});

describe('what changed since is not restored, and nothing is left:', () => {
  beforeEach(async () => {
    expect((await backUp()).code).toBe(0);
  });
  test.each<[string, () => void]>([
    ['the database', () => appendFileSync(join(at('backup'), 'perdure.db'), '!')],
    ['an original that is longer', () => appendFileSync(original(), '!')],
    ['an original that is as long', () => writeFileSync(original(), readFileSync(original()).toReversed())],
    ['an original that is missing', () => rmSync(original())],
    ['what the backup says of itself', () => writeFileSync(join(at('backup'), 'backup.json'), '{"format":2}')],
  ])('%s', async (_what, change) => {
    change();
    expect((await restore()).code).toBe(1);
    expect(readdirSync(folder)).toEqual(['backup']);
  });

  test('a data directory in use is left as it is', async () => {
    const { code, err } = await runCli(['restore', '--from', at('backup'), '--data-dir', given.dataDir]);
    expect([code, err]).toEqual([2, expect.stringContaining('is not empty')]);
  });
});
