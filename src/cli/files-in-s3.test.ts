import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../clock.ts';
import { parseFilesUrl } from '../files-address.ts';
import { createCorpus } from '../knowledge/corpora.ts';
import { bodyOf, givenKnowledge, type GivenKnowledge } from '../knowledge/testing/given-knowledge.ts';
import { uploadDocument } from '../knowledge/upload-document.ts';
import { fakePresence } from '../store/conformance/fake-presence.ts';
import { openPrivatePostgres, type PrivatePostgres } from '../store/conformance/private-postgres.ts';
import { openStrictS3, type StrictS3, testSigner } from '../store/conformance/s3/strict-s3.ts';
import { openS3Files } from '../store/s3/s3-files.ts';
import { runCli } from './testing/run-cli.ts';

const texts = [
  '# Okapis\n\nThe okapi is shy.',
  '# Quaggas\n\nThe quagga was striped.',
  `# Long\n\n${'Numbats. '.repeat(90_000)}`,
];

let postgres: PrivatePostgres;
let folder: string;
let s3: StrictS3;
/** Its originals are in the store of files from the beginning. */
let given: GivenKnowledge;
let env: Record<string, string>;
beforeAll(async () => {
  postgres = await openPrivatePostgres();
});
afterAll(() => postgres.close());
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'perdure-cli-s3-'));
  s3 = await openStrictS3({ ...testSigner, folder: at('s3'), bucket: 'tests' });
  env = { PERDURE_FILES_URL: s3.url };
  const presence = fakePresence();
  const address = parseFilesUrl(s3.url);
  const files = openS3Files({ address, clock: systemClock, presence, partsFolder: at('parts') });
  given = await givenKnowledge({ files });
  const curator = await given.user('curator');
  const corpus = await createCorpus(given.knowledge, curator, { name: 'Animals' });
  for (const [i, text] of texts.entries()) {
    await uploadDocument(given.knowledge, curator, { corpusId: corpus.id, filename: `${i}.md`, body: bodyOf(text) });
  }
  await given.knowledge.idle();
});
afterEach(async () => {
  await given.close();
  await s3.close();
  rmSync(folder, { recursive: true });
});

const at = (name: string) => join(folder, name);
const contents = (files: string) =>
  readdirSync(files)
    .map((name) => readFileSync(join(files, name), 'utf8'))
    .toSorted();
const objects = async () => (await s3.kept.list()).map(({ path }) => path);
const backUp = () => runCli(['backup', '--data-dir', given.dataDir, '--to', at('backup')], env);

test('a backup holds the originals too, and is restored with them where there is no store of files', async () => {
  const made = await backUp();
  expect([made.code, made.err]).toEqual([0, '']);
  expect(made.out).toContain('3 originals');
  expect(contents(join(at('backup'), 'files'))).toEqual(texts.toSorted());
  const restored = await runCli(['restore', '--from', at('backup'), '--data-dir', at('restored'), '--verify']);
  expect(restored.code).toBe(0);
  expect(contents(join(at('restored'), 'files'))).toEqual(texts.toSorted());
});

test('a backup that does not find the store of files, or an original in it, is none, and says why', async () => {
  const wrong = await runCli(['backup', '--data-dir', given.dataDir, '--to', at('other')]);
  expect(wrong.out).toContain('3 originals are missing or changed');
  const [first = ''] = await objects();
  writeFileSync(first, 'something else');
  const changed = await backUp();
  expect(changed.code).toBe(1);
  expect(changed.out).toContain('1 originals are missing or changed');
  expect(changed.out).toContain('is not the file that was uploaded');
});

test('a restored backup is brought into another store of files, and back; nothing is copied twice', async () => {
  await backUp();
  const restored = await runCli(['restore', '--from', at('backup'), '--data-dir', at('restored')], env);
  expect(restored.code).toBe(0);
  expect(restored.out).toContain(`with perdure move-files --of ${at('restored')} --to env.`);
  const other = env.PERDURE_FILES_URL?.replace('/originals', '/others') ?? '';
  const move = () => runCli(['move-files', '--of', at('restored'), '--to', other]);
  expect(await move()).toEqual({
    code: 0,
    out: `All 3 originals of the store are in http://127.0.0.1:${s3.port}/tests/others.\n`,
    err: '',
  });
  expect(await objects()).toHaveLength(6);
  const puts = () => s3.asked.filter((what) => what === 'PUT').length;
  const before = puts();
  expect((await move()).code).toBe(0);
  expect(puts(), 'the file that tries the store out').toBe(before + 1);

  rmSync(join(at('restored'), 'files'), { recursive: true });
  expect((await runCli(['move-files', '--of', at('restored'), '--from', other])).code).toBe(0);
  expect(contents(join(at('restored'), 'files'))).toEqual(texts.toSorted());
});

test('moving files says what is missing, and what it was told wrong, without the secret', async () => {
  const [first = ''] = await objects();
  rmSync(first);
  const moved = await runCli(['move-files', '--of', given.dataDir, '--from', 'env'], env);
  expect(moved.code).toBe(1);
  expect(moved.out).toMatch(/^Not all originals were moved. The original [0-9a-f-]{36} is missing.\n$/);
  const refusing = await runCli(
    ['move-files', '--of', given.dataDir, '--to', s3.url.replace('/tests/', '/none/')],
    env,
  );
  expect(refusing.out).toContain('has no bucket none');
  for (const args of [
    ['--of', given.dataDir],
    ['--of', given.dataDir, '--from', 'env', '--to', s3.url],
    ['--of', given.dataDir, '--to', s3.url.replace('/tests/originals', '')],
    ['--to', s3.url],
    ['--of', given.dataDir, '--to', 'env', '--fast'],
  ]) {
    const { code, out, err } = await runCli(['move-files', ...args], env);
    expect([code, out]).toEqual([2, '']);
    expect(err).not.toContain('only');
  }
  expect((await runCli(['move-files', '--of', given.dataDir, '--to', 'env'])).err).toContain(
    'PERDURE_FILES_URL is not set',
  );
  expect((await runCli(['move-files', '--help'])).out).toContain('perdure move-files --of PLACE');
});

test('a store moves to PostgreSQL and back while its originals stay where they are, each looked for', async () => {
  const url = await postgres.newDatabase();
  const before = await objects();
  const there = await runCli(['migrate-store', '--from', given.dataDir, '--to', url, '--files', 'env'], env);
  expect(there.out).toContain('alike on both sides, and 3 originals');
  expect(await objects()).toEqual(before);
  const made = await runCli(['backup', '--database', url, '--data-dir', given.dataDir, '--to', at('dump')], env);
  expect([made.code, made.err]).toEqual([0, '']);
  expect(contents(join(at('dump'), 'files'))).toEqual(texts.toSorted());

  rmSync(before[0] ?? '');
  const back = await runCli(['migrate-store', '--from', url, '--to', at('back'), '--files', 'env'], env);
  expect(back.code).toBe(1);
  expect(back.out).toMatch(/^Nothing was moved. The original [0-9a-f-]{36} is missing.\n$/);
});

test('originals of a store in PostgreSQL leave the database for a store of files', async () => {
  await backUp();
  const url = await postgres.newDatabase();
  expect((await runCli(['restore', '--from', at('backup'), '--database', url])).code).toBe(0);
  const other = s3.url.replace('/originals', '/from-database');
  const moved = await runCli(['move-files', '--of', url, '--to', other]);
  expect([moved.code, moved.out]).toEqual([0, expect.stringContaining('All 3 originals')]);
  expect(await objects()).toHaveLength(6);
});
