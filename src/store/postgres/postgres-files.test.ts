import { Client } from 'pg';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { newId, type InstanceId } from '../../ids.ts';
import { describeFileStore } from '../conformance/describe-file-store.ts';
import { fakePresence } from '../conformance/fake-presence.ts';
import { openPrivatePostgres, type PrivatePostgres } from '../conformance/private-postgres.ts';
import type { FileStore } from '../file-store.ts';
import { chunkBytes, openPostgresFiles } from './postgres-files.ts';
import { openPostgresStore } from './postgres-store.ts';
import type { RowSecurity } from './row-security/secure-rows.ts';

let server: PrivatePostgres;
let url: string;
let rowSecurity: RowSecurity;
const folders: string[] = [];
const stores: FileStore[] = [];

beforeAll(async () => {
  server = await openPrivatePostgres();
  url = await server.newDatabase();
  const opened = await openInstance();
  ({ rowSecurity } = opened);
  await opened.store.close();
});
afterEach(async () => {
  for (const each of stores.splice(0)) await each.close();
  await ask('delete from stored_files');
  for (const each of folders.splice(0)) await rm(each, { recursive: true });
});
afterAll(() => server.close());

describeFileStore('PostgreSQL', async () => {
  const partsFolder = await mkdtemp(join(tmpdir(), 'perdure-parts-'));
  folders.push(partsFolder);
  return {
    open: (presence) => openPostgresFiles({ url, rowSecurity, presence, partsFolder }),
    kept: async () => [...(await storedKeys()), ...(await readdir(partsFolder))],
    age: async () => void (await ask(`update stored_files set created_at = now() - interval '1 hour' where is_whole`)),
    close: () => Promise.resolve(),
  };
});

test('a file is rows of one size, kept as they are', async () => {
  const { files } = await givenFiles();
  const content = randomBytes(2 * chunkBytes + 1);
  const { fileKey, sha256 } = await files.receive(bodyOf(content), { maxBytes: content.length });
  const [row] = await ask('select * from stored_files');
  expect(row).toMatchObject({ file_key: fileKey, bytes: String(content.length), sha256, is_whole: true });
  const chunks = await ask('select n::integer, length(data) as bytes from stored_file_chunks order by n');
  expect(chunks).toEqual([
    { n: 0, bytes: chunkBytes },
    { n: 1, bytes: chunkBytes },
    { n: 2, bytes: 1 },
  ]);
  await files.remove(fileKey);
  expect(await ask('select 1 from stored_file_chunks')).toEqual([]);
});

test('a file that was acknowledged is there after the database was killed', async () => {
  const { files } = await givenFiles();
  const content = randomBytes(10 * chunkBytes);
  const { fileKey } = await files.receive(bodyOf(content), { maxBytes: content.length });
  await server.kill();
  await server.start();
  expect(content.equals(await files.head(fileKey, content.length))).toBe(true);
});

test('an upload under way when the database is killed is refused, and swept once it is back', async () => {
  const { files } = await givenFiles();
  await expect(files.receive(interrupted(server.kill), { maxBytes: 2 ** 20 })).rejects.toMatchObject({
    code: 'store_unavailable',
  });
  await expect(files.read(newId())).rejects.toMatchObject({ code: 'store_unavailable' });
  await server.start();
  await files.sweep(() => Promise.resolve([]));
  expect(await storedKeys()).toEqual([]);
});

test('an upload that was swept because its instance seemed gone is refused', async () => {
  const { files } = await givenFiles();
  await expect(
    files.receive(
      interrupted(() => ask('delete from stored_files')),
      { maxBytes: 2 ** 20 },
    ),
  ).rejects.toMatchObject({ code: 'store_unavailable' });
  expect(await storedKeys()).toEqual([]);
});

test('a file that is removed while it is read breaks off', async () => {
  const { files } = await givenFiles();
  const { fileKey } = await files.receive(bodyOf(Buffer.alloc(8 * chunkBytes)), { maxBytes: 8 * chunkBytes });
  const reader = (await files.read(fileKey)).stream.getReader();
  await reader.read();
  await files.remove(fileKey);
  const toTheEnd = async () => {
    while (!(await reader.read()).done);
  };
  await expect(toTheEnd()).rejects.toMatchObject({ code: 'store_unavailable' });
});

test('a copy on this machine goes when it is released, is given up, or its process was killed', async () => {
  const gone = new Set<string>();
  const { files, partsFolder, instanceId } = await givenFiles(fakePresence(gone));
  const { fileKey } = await files.receive(bodyOf(Buffer.alloc(3 * chunkBytes)), { maxBytes: 3 * chunkBytes });
  const released = await files.localCopy(fileKey);
  const left = await files.localCopy(fileKey);
  await released.release();
  const leaving = AbortSignal.abort(new Error('the job is lost'));
  await expect(files.localCopy(fileKey, leaving)).rejects.toThrow('the job is lost');
  expect(await readdir(partsFolder)).toHaveLength(1);
  const { files: other } = await givenFiles(fakePresence(gone), partsFolder);
  expect(await other.sweep((keys) => Promise.resolve(keys)), 'while it lives').toBe(0);
  expect((await stat(left.path)).size).toBe(3 * chunkBytes);
  gone.add(instanceId);
  expect(await other.sweep((keys) => Promise.resolve(keys))).toBe(1);
  expect(await readdir(partsFolder)).toEqual([]);
});

test('an unfinished upload is swept once the database has lost the presence of its instance', async () => {
  const [ending, staying] = [await openInstance(), await openInstance()];
  const { files } = await givenFiles(ending.presence);
  const { files: other } = await givenFiles(staying.presence);
  const leaving = new AbortController();
  const begun = Promise.withResolvers<void>();
  const body = interrupted(() => (begun.resolve(), new Promise(() => {})));
  const upload = files.receive(body, { maxBytes: 2 ** 20, signal: leaving.signal });
  const refused = expect(upload).rejects.toMatchObject({ code: 'bad_request' });
  await begun.promise;
  const sweep = () => other.sweep((keys) => Promise.resolve(keys));
  expect(await sweep(), 'while it lives').toBe(0);
  await ending.store.close();
  expect(await sweep()).toBe(1);
  leaving.abort();
  await refused;
  await staying.store.close();
});

function openInstance() {
  return openPostgresStore({ url, clock: systemClock, instanceId: newId<InstanceId>() });
}

async function givenFiles(presence = fakePresence(), folder?: string) {
  const partsFolder = folder ?? (await mkdtemp(join(tmpdir(), 'perdure-parts-')));
  if (folder === undefined) folders.push(partsFolder);
  const files = openPostgresFiles({ url, rowSecurity, presence, partsFolder });
  stores.push(files);
  return { files, partsFolder, instanceId: presence.instanceId };
}

async function* bodyOf(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}

/** Something happens in the middle of it. */
async function* interrupted(happens: () => Promise<unknown>): AsyncGenerator<Uint8Array> {
  yield Buffer.alloc(2 * chunkBytes);
  await happens();
  yield Buffer.alloc(10);
}

async function storedKeys(): Promise<string[]> {
  const rows = await ask(`select file_key from stored_files
    union select file_key from stored_file_chunks`);
  return rows.map((row) => String(row.file_key));
}

async function ask(statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}
