import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { byServer } from '../../src/contract/audit.ts';
import { newId } from '../../src/ids.ts';
import { openStore } from '../../src/store/conformance/open-postgres.ts';
import { openPrivatePostgres, type PrivatePostgres } from '../../src/store/conformance/private-postgres.ts';
import { openStrictS3, type StrictS3, testSigner } from '../../src/store/conformance/s3/strict-s3.ts';
import { makeZip } from '../../src/knowledge/testing/make-zip.ts';
import { refused } from '../client.ts';
import { newCorpus, untilRead, upload } from '../documents.ts';
import { GivenServer } from '../given.ts';
import { EndedEarlyError, ServerProcess } from '../server-process.ts';
import { waitFor } from '../wait-for.ts';

const text = `# Kettles\n${'\nThe kettle is descaled each month.'.repeat(20_000)}`;
const secret = testSigner.secretAccessKey;

let folder: string;
let postgres: PrivatePostgres;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perdure-s3-'));
  postgres = await openPrivatePostgres();
});
afterAll(async () => {
  await postgres.close();
  await rm(folder, { recursive: true });
});

describe.each(['SQLite', 'PostgreSQL'])('originals in an S3-compatible store, the rest in %s', (database) => {
  let s3: StrictS3;
  let given: GivenServer;

  beforeAll(async () => {
    s3 = await openStrictS3({ ...testSigner, folder: join(folder, database), bucket: 'tests' });
    const env = {
      PERDURE_FILES_URL: s3.url,
      PERDURE_LOG_LEVEL: 'trace',
      ...(database === 'PostgreSQL' && {
        PERDURE_DATABASE_URL: await withoutHandbook(await postgres.newDatabase()),
        PERDURE_SECRET: 'c2VjcmV0IG9mIG9uZSBtYWNoaW5lIGluIHRlc3RzIQ',
      }),
    };
    given = await GivenServer.start({ env });
  });
  afterAll(async () => {
    await given[Symbol.asyncDispose]();
    await s3.close();
  });

  const stored = async () => (await s3.kept.list()).length;

  test('a document is read, and comes back byte for byte; one of several parts too', async () => {
    const corpus = await newCorpus(given.admin, 'Kettles');
    const before = await stored();
    const documentId = await upload(given.admin, corpus.id, 'kettles.md', text);
    expect((await untilRead(given.admin, documentId)).state).toBe('ready');
    const large = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(20_000_000)]);
    const largeId = await upload(given.admin, corpus.id, 'scanned.pdf', large);
    expect(s3.asked).toContain('POST complete');
    expect(await stored()).toBe(before + 2);
    for (const [id, content] of [
      [documentId, Buffer.from(text)],
      [largeId, large],
    ] as const) {
      const original = await given.admin.client.get(`/api/documents/${id}/original`);
      expect(Number(original.headers['content-length'])).toBe(content.length);
      expect(original.bytes.equals(content)).toBe(true);
    }
    await untilRead(given.admin, largeId);
    expect(await readdir(join(given.dataDir, 'files'))).toEqual([]);
  });

  test('an archive is taken apart, and nothing of it stays on this machine', async () => {
    const corpus = await newCorpus(given.admin, 'Archived kettles');
    const members = Array.from({ length: 3 }, (_, i) => ({
      name: `${i}.md`,
      content: `${i} ${text}`,
      isStored: true,
    }));
    const documentId = await upload(given.admin, corpus.id, 'kettles.zip', makeZip(members));
    expect(await untilRead(given.admin, documentId)).toMatchObject({
      state: 'ready',
      notices: ['3 files of this archive were added as documents of their own.'],
    });
    expect(await readdir(join(given.dataDir, 'files'))).toEqual([]);
  });

  test('the original of a document that is deleted for good is gone from the store', async () => {
    const corpus = await newCorpus(given.admin, 'Old kettles');
    const before = await stored();
    const documentId = await upload(given.admin, corpus.id, 'old.md', '# Old\n\nScrapped.');
    await untilRead(given.admin, documentId);
    await given.admin.client.delete(`/api/documents/${documentId}`);
    expect(await stored()).toBe(before + 1);
    expect((await given.admin.client.delete(`/api/bin/documents/${documentId}`)).status).toBe(204);
    expect(await stored()).toBe(before);
  });

  test('while the store is away, what needs it is refused and the rest goes on; then all is well again', async () => {
    await untilFilesAre('reachable');
    const corpus = await newCorpus(given.admin, 'Tea');
    const documentId = await upload(given.admin, corpus.id, 'tea.md', '# Tea\n\nSteep it.');
    await untilRead(given.admin, documentId);
    const oldId = await upload(given.admin, corpus.id, 'old.md', '# Old');
    await untilRead(given.admin, oldId);
    await given.admin.client.delete(`/api/documents/${oldId}`);
    const { port } = s3;
    await s3.close();
    await untilFilesAre('unreachable');
    const path = `/api/corpora/${corpus.id}/documents?filename=more.md`;
    const reply = await given.admin.client.call('POST', path, { body: '# More' });
    expect(refused(reply, 503, 'store_unavailable').detail).toBe(
      'The files cannot be reached at the moment. Nothing was changed.',
    );
    expect(reply.headers['retry-after']).toBe('2');
    refused(await given.admin.client.get(`/api/documents/${documentId}/original`), 503, 'store_unavailable');
    expect((await given.admin.client.post('/api/sessions')).status).toBe(201);
    expect((await given.admin.client.delete(`/api/bin/documents/${oldId}`)).status, 'deleted for good').toBe(204);
    s3 = await openStrictS3({ ...testSigner, folder: join(folder, database), bucket: 'tests', port });
    await untilFilesAre('reachable');
    await upload(given.admin, corpus.id, 'more.md', '# More');
    expect((await given.admin.client.get(`/api/documents/${documentId}/original`)).text).toBe('# Tea\n\nSteep it.');
  });

  test('neither the log nor what is asked without an account holds the key', async () => {
    const open = await Promise.all(
      ['/readyz', '/metrics', '/api/openapi.json'].map(async (path) => (await given.anonymous.get(path)).text),
    );
    for (const told of [given.process.log, ...open]) {
      for (const each of [secret, encodeURIComponent(secret), testSigner.accessKeyId]) expect(told).not.toContain(each);
    }
  });

  async function untilFilesAre(files: string): Promise<void> {
    await waitFor(`files to be ${files}`, async () => {
      const { status, text: told } = await given.anonymous.get('/readyz');
      const ready = JSON.parse(told) as { status: string; files?: string };
      expect([status, ready.status]).toEqual([200, 'ready']);
      return ready.files === files;
    });
  }
});

/** No document comes of itself. */
async function withoutHandbook(url: string): Promise<string> {
  const store = await openStore(url);
  const value = { corpusId: newId(), isImported: true };
  await store.write.putSetting({ by: byServer, key: 'knowledge.handbook', value, at: systemClock.now() });
  await store.close();
  return url;
}

test.each([
  ['no such bucket', '/tests/', '/others/', 'has no bucket others (HTTP 404 NoSuchBucket)'],
  ['another secret', 'tests%202026', 'others', 'refuses the secret of the key (HTTP 403 SignatureDoesNotMatch)'],
])('a start with %s ends in one line without the key', async (_, from, to, sentence) => {
  const s3 = await openStrictS3({ ...testSigner, folder: join(folder, 'refusing'), bucket: 'tests' });
  const dataDir = await mkdtemp(join(folder, 'data-'));
  const env = { PERDURE_FILES_URL: s3.url.replace(from, to) };
  expect(env.PERDURE_FILES_URL).not.toBe(s3.url);
  const error: unknown = await ServerProcess.start({ dataDir, env }).catch((caught: unknown) => caught);
  if (!(error instanceof EndedEarlyError)) throw new Error('it started');
  expect(error.exit.code).toBe(1);
  const [, said = ''] = /\): ([^]*)$/.exec(error.message.trimEnd()) ?? [];
  expect(said).toBe(
    `Perdure did not start: PERDURE_FILES_URL: the store of files at http://127.0.0.1:${s3.port}/${to === '/others/' ? 'others' : 'tests'}/originals ${sentence}.`,
  );
  expect(await readdir(dataDir), 'nothing was begun').toEqual([]);
  await s3.close();
});
