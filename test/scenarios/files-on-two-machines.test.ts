import { Client } from 'pg';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { compose, type Server } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import { byServer } from '../../src/contract/audit.ts';
import { newId } from '../../src/ids.ts';
import { makeZip } from '../../src/knowledge/testing/make-zip.ts';
import { openStore } from '../../src/store/conformance/open-postgres.ts';
import { openPrivatePostgres, type PrivatePostgres } from '../../src/store/conformance/private-postgres.ts';
import { newCorpus, textOf, untilRead, upload } from '../documents.ts';
import { type Person, signIn } from '../given.ts';

const password = 'only in tests 2026';
/** Of several chunks, the last of them not whole. */
const text = `# Kettles\n${'\nThe kettle is descaled each month.'.repeat(20_000)}`;

let database: PrivatePostgres;
let url: string;
let receiving: Machine;
let working: Machine;

/** A server with a data directory of its own, which holds nothing that the other one has. */
type Machine = { dataDir: string; server: Server; admin: Person };

beforeAll(async () => {
  database = await openPrivatePostgres();
  url = await database.newDatabase();
  const store = await openStore(url);
  const value = { corpusId: newId(), isImported: true };
  await store.write.putSetting({ by: byServer, key: 'knowledge.handbook', value, at: systemClock.now() });
  await store.close();
  // It answers requests and works on nothing.
  receiving = await givenMachine();
  working = await givenMachine();
  working.server.startWork();
});
afterAll(async () => {
  for (const { server, dataDir } of [receiving, working]) {
    await server.drain(0);
    await rm(dataDir, { recursive: true });
  }
  await database.close();
});

test('a document that one server received, another reads, and both give it back byte for byte', async () => {
  const corpus = await newCorpus(receiving.admin, 'Kettles');
  const documentId = await upload(receiving.admin, corpus.id, 'kettles.md', text);
  expect((await untilRead(receiving.admin, documentId)).state).toBe('ready');
  expect((await textOf(working.admin, documentId, 1)) === text).toBe(true);
  for (const { admin } of [receiving, working]) {
    const original = await admin.client.get(`/api/documents/${documentId}/original`);
    expect(original.status).toBe(200);
    expect(Number(original.headers['content-length'])).toBe(text.length);
    expect(original.bytes.equals(Buffer.from(text))).toBe(true);
  }
});

test('an archive that one server received, another takes apart, and leaves nothing on its disk', async () => {
  const corpus = await newCorpus(receiving.admin, 'Archived kettles');
  // Stored without packing: larger than what is looked at before the answer.
  const members = Array.from({ length: 3 }, (_, i) => ({ name: `${i}.md`, content: `${i} ${text}`, isStored: true }));
  const archive = makeZip(members);
  expect(archive.length).toBeGreaterThan(2 ** 20);
  const documentId = await upload(receiving.admin, corpus.id, 'kettles.zip', archive);
  const read = await untilRead(receiving.admin, documentId);
  expect(read).toMatchObject({
    state: 'ready',
    notices: ['3 files of this archive were added as documents of their own.'],
  });
  for (const { dataDir } of [receiving, working]) {
    expect(await readdir(join(dataDir, 'files')).catch(() => [])).toEqual([]);
  }
});

test('the original of a document that is deleted for good through one server is gone for both', async () => {
  const corpus = await newCorpus(receiving.admin, 'Old kettles');
  const documentId = await upload(receiving.admin, corpus.id, 'old.md', '# Old\n\nScrapped.');
  await untilRead(receiving.admin, documentId);
  const before = await filesStored();
  await receiving.admin.client.delete(`/api/documents/${documentId}`);
  expect((await receiving.admin.client.delete(`/api/bin/documents/${documentId}`)).status).toBe(204);
  expect(await filesStored()).toBe(before - 1);
  expect((await working.admin.client.get(`/api/documents/${documentId}/original`)).status).toBe(410);
});

async function filesStored(): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return Number((await client.query('select count(*) from stored_files')).rows[0]?.count);
  } finally {
    await client.end();
  }
}

async function givenMachine(): Promise<Machine> {
  const dataDir = await mkdtemp(join(tmpdir(), 'perdure-machine-'));
  const config = readConfig({
    PERDURE_DATA_DIR: dataDir,
    PERDURE_DATABASE_URL: url,
    PERDURE_SECRET: 'c2VjcmV0IG9mIHR3byBtYWNoaW5lcyBpbiB0ZXN0cyE',
    PERDURE_ADMIN_PASSWORD: password,
    PERDURE_PORT: '0',
    PERDURE_LOG_LEVEL: 'silent',
  });
  const server = await compose(config, 'two machines', {
    openEmbedder: () => Promise.reject(new Error('No embedder: the processor stays free.')),
  });
  await new Promise<void>((resolve) => server.http.listen(0, '127.0.0.1', resolve));
  const { port } = server.http.address() as AddressInfo;
  return { dataDir, server, admin: await signIn(new URL(`http://127.0.0.1:${port}`), 'admin', password) };
}
