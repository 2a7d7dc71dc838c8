/** How fast an original goes in and out, and what of it is in memory meanwhile: the folder, PostgreSQL and an S3-compatible store in one run.
 *  Usage: node bench/originals.ts [--megabytes 50] [--rounds 3]
 *  PostgreSQL and the store of files are processes of their own on this machine, in temporary folders; the store checks every hash. Memory is
 *  this process's, looked at every 100 ms after a collection, in a round that is not timed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../src/clock.ts';
import { parseFilesUrl } from '../src/files-address.ts';
import { type InstanceId, newId } from '../src/ids.ts';
import { fakePresence } from '../src/store/conformance/fake-presence.ts';
import { openPrivatePostgres } from '../src/store/conformance/private-postgres.ts';
import { watchMemory } from '../src/store/conformance/watch-memory.ts';
import type { FileStore } from '../src/store/file-store.ts';
import { openFolderFiles } from '../src/store/files/folder-files.ts';
import { openPostgresFiles } from '../src/store/postgres/postgres-files.ts';
import { openPostgresStore } from '../src/store/postgres/postgres-store.ts';
import { openS3Files } from '../src/store/s3/s3-files.ts';
import { S3Process } from '../test/faults/s3-process.ts';
import { median, print } from './support/lines.ts';

const { values } = parseArgs({
  options: { megabytes: { type: 'string', default: '50' }, rounds: { type: 'string', default: '3' } },
});
const bytes = Number(values.megabytes) * 2 ** 20;
const rounds = Number(values.rounds);
const bench = 'originals';
const lookAgainMs = 100;
const piece = Buffer.alloc(64 * 1024, 7);

const folder = await mkdtemp(join(tmpdir(), 'perdure-bench-originals-'));
const postgres = await openPrivatePostgres();
const s3 = await S3Process.start(join(folder, 's3'));
try {
  for (const [name, open] of Object.entries({
    'a folder': inFolder,
    PostgreSQL: inPostgres,
    'an S3-compatible store': inS3,
  })) {
    const files = await open();
    const took: { in: number[]; out: number[] } = { in: [], out: [] };
    for (let round = 0; round < rounds; round++) {
      const fromMs = performance.now();
      const { fileKey } = await files.receive(body(), { maxBytes: bytes });
      const storedMs = performance.now();
      for await (const _ of (await files.read(fileKey)).stream);
      took.in.push(storedMs - fromMs);
      took.out.push(performance.now() - storedMs);
      await files.remove(fileKey);
    }
    const memory = watchMemory();
    const looking = setInterval(memory.look, lookAgainMs);
    const { fileKey } = await files.receive(body(), { maxBytes: bytes });
    for await (const _ of (await files.read(fileKey)).stream);
    clearInterval(looking);
    if (memory.looks === 0) throw new Error('nobody looked');
    const perSecond = (ms: number[]) => bytes / 2 ** 20 / (median(ms) / 1000);
    print({ bench, what: `${name}: in`, value: perSecond(took.in), unit: 'MiB/s' });
    print({ bench, what: `${name}: out`, value: perSecond(took.out), unit: 'MiB/s' });
    print({ bench, what: `${name}: most in memory`, value: memory.mostBytes() / 2 ** 20, unit: 'MiB' });
    await files.close();
  }
} finally {
  await s3.kill();
  await postgres.close();
  await rm(folder, { recursive: true });
}

async function* body(): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes; at += piece.length) yield piece;
}

function inFolder(): Promise<FileStore> {
  return Promise.resolve(openFolderFiles(join(folder, 'files'), { clock: systemClock, presence: fakePresence() }));
}

async function inPostgres(): Promise<FileStore> {
  const url = await postgres.newDatabase();
  const opened = await openPostgresStore({ url, clock: systemClock, instanceId: newId<InstanceId>() });
  await opened.store.close();
  const { rowSecurity } = opened;
  return openPostgresFiles({ url, rowSecurity, presence: fakePresence(), partsFolder: join(folder, 'postgres') });
}

function inS3(): Promise<FileStore> {
  const address = parseFilesUrl(s3.url);
  const partsFolder = join(folder, 'parts');
  return Promise.resolve(openS3Files({ address, clock: systemClock, presence: fakePresence(), partsFolder }));
}
