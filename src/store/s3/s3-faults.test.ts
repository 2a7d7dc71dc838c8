import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { AppError } from '../../errors.ts';
import { parseFilesUrl } from '../../files-address.ts';
import { fakePresence } from '../conformance/fake-presence.ts';
import { type Asked, type Misbehaviour, openStrictS3, type StrictS3, testSigner } from '../conformance/s3/strict-s3.ts';
import { watchMemory } from '../conformance/watch-memory.ts';
import { openS3Files, type S3Files } from './s3-files.ts';
import { tryOutS3 } from './try-out.ts';
import { partBytes } from './upload.ts';

const mebibyte = 2 ** 20;
const pace = { callMs: 2_000, backoffMs: [1, 1, 1] };
const nobodyNames = () => Promise.resolve([]);
const unreachable = {
  code: 'store_unavailable',
  detail: 'The files cannot be reached at the moment. Nothing was changed.',
  retryAfterSeconds: 2,
};

let folder: string;
let server: StrictS3;
let files: S3Files;
/** What the server does to each kind of request, for as often as there are entries. */
let plan: Record<string, Misbehaviour[]>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perdure-s3-'));
  plan = {};
  const misbehave = ({ what }: Asked) => plan[what]?.shift();
  server = await openStrictS3({ ...testSigner, folder: join(folder, 's3'), bucket: 'tests', misbehave });
  files = given(server.url);
});
afterEach(async () => {
  await files.close();
  await server.close();
  await rm(folder, { recursive: true });
});

const passing: Misbehaviour[] = [{ refuse: 503, code: 'SlowDown' }, 'cut', { refuse: 500, code: 'InternalError' }];

test('what passes is asked again: a store that is too busy, fails, or breaks the line three times', async () => {
  const content = randomBytes(partBytes + 1);
  for (const what of ['POST begin', 'PUT part', 'POST complete', 'HEAD', 'GET', 'DELETE', 'GET list', 'GET uploads']) {
    plan[what] = [...passing];
  }
  const { fileKey } = await receive(content);
  expect(content.equals(await wholeOf(fileKey))).toBe(true);
  expect(await files.sweep(nobodyNames)).toBe(0);
  await files.remove(fileKey);
  expect(Object.values(plan).flat()).toEqual([]);
  expect(await kept()).toEqual([]);
});

test.each([10, partBytes + 1])('an answer that is lost after %i bytes were stored changes nothing', async (bytes) => {
  const content = randomBytes(bytes);
  for (const what of ['PUT', 'PUT part', 'POST complete', 'DELETE']) plan[what] = ['lose'];
  const { fileKey } = await receive(content);
  expect(content.equals(await wholeOf(fileKey))).toBe(true);
  await files.remove(fileKey);
  expect(await kept()).toEqual([]);
});

test.each([10, partBytes + 1])(
  'a store that goes on failing is given up in words for people: %i bytes',
  async (bytes) => {
    for (const what of ['PUT', 'PUT part']) plan[what] = [...passing, 'cut'];
    await expect(receive(randomBytes(bytes))).rejects.toMatchObject(unreachable);
    expect(await kept(), 'parts that had arrived are taken back').toEqual([]);
  },
);

test('a store that answers nothing is not waited for', async () => {
  await files.close();
  files = given(server.url, { callMs: 50, backoffMs: [1] });
  plan = { HEAD: ['silent', 'silent'], 'HEAD list': [] };
  await expect(files.read('00000000-0000-4000-8000-000000000001')).rejects.toMatchObject(unreachable);
  expect(await files.isReachable()).toBe(true);
  await server.close();
  expect(await files.isReachable()).toBe(false);
  await expect(receive(Buffer.from('x'))).rejects.toMatchObject(unreachable);
});

test('a file that was changed where it lies is not given back whole, nor copied', async () => {
  const { fileKey } = await receive(randomBytes(2 * mebibyte));
  plan.GET = ['flip'];
  const { stream } = await files.read(fileKey);
  await expect(collected(stream)).rejects.toMatchObject({ detail: 'The original file cannot be read.' });
  plan.GET = ['flip'];
  await expect(files.localCopy(fileKey)).rejects.toMatchObject({ code: 'store_unavailable' });
  expect(await kept()).toEqual([fileKey]);
});

test('a file of several parts goes up and comes back in little memory, that of the server in this process with it', async () => {
  const memory = watchMemory();
  const looking = setInterval(memory.look, 200);
  const same = Buffer.alloc(64 * 1024, 7);
  async function* large() {
    for (let at = 0; at < 5 * partBytes; at += same.length) yield same;
  }
  const { fileKey } = await files.receive(large(), { maxBytes: 100 * mebibyte });
  const parts = server.asked.filter((what) => what === 'PUT part').length;
  for await (const _ of (await files.read(fileKey)).stream);
  clearInterval(looking);
  expect(parts).toBe(5);
  expect(memory.looks).toBeGreaterThan(2);
  expect(memory.mostBytes()).toBeLessThan(4 * mebibyte);
});

test('a redirect is not followed', async () => {
  plan.PUT = [{ refuse: 307, code: 'TemporaryRedirect' }];
  await expect(receive(Buffer.from('x'))).rejects.toMatchObject(unreachable);
  expect(server.asked).toEqual(['PUT', 'DELETE']);
});

test('a sender who leaves while the file goes up leaves nothing', async () => {
  const leaving = new AbortController();
  plan['PUT part'] = ['silent'];
  const upload = files.receive(body(randomBytes(partBytes + 1)), { maxBytes: 100 * mebibyte, signal: leaving.signal });
  const refused = expect(upload).rejects.toMatchObject({ code: 'bad_request' });
  await expect.poll(() => server.asked).toContain('PUT part');
  leaving.abort();
  await refused;
  expect(await kept()).toEqual([]);
});

test('an upload in parts that could not be taken back is swept once it is old', async () => {
  plan = { 'PUT part': [...passing, 'cut'], 'DELETE upload': [...passing, 'cut'] };
  await expect(receive(randomBytes(partBytes + 1))).rejects.toMatchObject(unreachable);
  expect(await server.kept.uploads()).toHaveLength(1);
  expect(await files.sweep(nobodyNames), 'at once').toBe(0);
  await server.kept.age(systemClock.nowMs() - 3_600_000);
  expect(await files.sweep(nobodyNames)).toBe(1);
  expect(await kept()).toEqual([]);
});

test('files of others in the same bucket are left alone', async () => {
  const meta = {};
  const sha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  for (const key of ['originals/notes.txt', 'elsewhere/00000000-0000-4000-8000-000000000001']) {
    await server.kept.put(key, body(Buffer.alloc(0)), { sha256, meta });
  }
  await server.kept.age(systemClock.nowMs() - 3_600_000);
  expect(await files.sweep(nobodyNames)).toBe(0);
});

test.each([
  ['another secret', (url: string) => url.replace('2026', '2027'), 'refuses the secret of the key (HTTP 403 Signature'],
  ['another key', (url: string) => url.replace('perdure-tests', 'somebody'), 'does not know the key (HTTP 403 '],
  [
    'no such bucket',
    (url: string) => url.replace('/tests/', '/others/'),
    'has no bucket others (HTTP 404 NoSuchBucket)',
  ],
  ['another region', (url: string) => `${url}?region=eu-west-1`, 'is elsewhere or in another region than eu-west-1 '],
  ['nobody listens', (url: string) => url.replace(/:\d+\//, ':1/'), 'cannot be reached: ECONNREFUSED'],
])('a start says in one line what is wrong: %s', async (_, change, sentence) => {
  const error: unknown = await tryOutS3(parseFilesUrl(change(server.url)), systemClock, pace).catch((caught) => caught);
  if (!(error instanceof AppError)) throw new Error('it was let through');
  expect(error.message).toContain(sentence);
  expect(error.message).toMatch(
    /^PERDURE_FILES_URL: the store of files at http:\/\/127.0.0.1:\d+\/\w+\/originals .+\.$/,
  );
  for (const secret of ['only', 'perdure-tests', 'somebody']) expect(error.message).not.toContain(secret);
  expect(await kept()).toEqual([]);
});

test('a store that works is tried out and left as it was', async () => {
  await tryOutS3(parseFilesUrl(server.url), systemClock, pace);
  expect(server.asked).toEqual(['PUT', 'GET', 'DELETE', 'GET list']);
  expect(await kept()).toEqual([]);
});

test('a key that may not write stops the start', async () => {
  plan.PUT = [{ refuse: 403, code: 'AccessDenied' }];
  await expect(tryOutS3(parseFilesUrl(server.url), systemClock, pace)).rejects.toThrow(
    'does not let the key store, read, remove and list files (HTTP 403 AccessDenied).',
  );
});

function given(url: string, ofPace = pace): S3Files {
  const presence = fakePresence();
  return openS3Files({
    address: parseFilesUrl(url),
    clock: systemClock,
    presence,
    partsFolder: join(folder, 'parts'),
    pace: ofPace,
  });
}

const receive = (content: Uint8Array) => files.receive(body(content), { maxBytes: 100 * mebibyte });

async function* body(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}

async function kept(): Promise<string[]> {
  return [
    ...(await server.kept.list()).map(({ key }) => key.slice('originals/'.length)),
    ...(await server.kept.uploads()).map(({ id }) => `upload ${id}`),
    ...(await readdir(join(folder, 'parts')).catch(() => [])),
  ];
}

const wholeOf = async (fileKey: string) => collected((await files.read(fileKey)).stream);

async function collected(stream: ReadableStream<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const each of stream) pieces.push(each);
  return Buffer.concat(pieces);
}
