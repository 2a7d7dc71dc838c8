import S3rver from '@20minutes/s3rver';
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { parseFilesUrl } from '../../files-address.ts';
import { describeFileStore } from '../conformance/describe-file-store.ts';
import { openS3Files } from './s3-files.ts';
import { tryOutS3 } from './try-out.ts';

/** A server that others wrote, which checks signatures by its own reading of the specification. It knows no aborting of uploads in parts,
 *  gives no list of them, and does not compare what arrives with its hash: those are the strict server's. */
describeFileStore('an S3-compatible store that others wrote', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'perdure-s3rver-'));
  const partsFolder = join(folder, 'parts');
  const { server, url } = await openForeign(folder);
  const originals = join(folder, 'tests', 'originals');
  const suffix = '._S3rver_object';
  const objects = async () => (await readdir(originals).catch(() => [])).filter((name) => name.endsWith(suffix));
  const anHourAgo = new Date(systemClock.nowMs() - 3_600_000);
  return {
    open: (presence) => openS3Files({ address: parseFilesUrl(url), clock: systemClock, presence, partsFolder }),
    kept: async () => [
      ...(await objects()).map((name) => name.slice(0, -suffix.length)),
      ...(await readdir(partsFolder).catch(() => [])),
    ],
    async age() {
      for (const name of await objects()) await utimes(join(originals, name), anHourAgo, anHourAgo);
    },
    async close() {
      server.httpServer.closeAllConnections();
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
});

test('a server that others wrote refuses another secret, and takes the right one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'perdure-s3rver-'));
  const { server, url } = await openForeign(folder);
  const pace = { backoffMs: [] };
  await tryOutS3(parseFilesUrl(url), systemClock, pace);
  await expect(tryOutS3(parseFilesUrl(url.replace(':S3RVER@', ':another@')), systemClock, pace)).rejects.toThrow(
    'refuses the secret of the key (HTTP 403 SignatureDoesNotMatch)',
  );
  await expect(tryOutS3(parseFilesUrl(url.replace('/tests', '/others')), systemClock, pace)).rejects.toThrow(
    'has no bucket others (HTTP 404 NoSuchBucket)',
  );
  server.httpServer.closeAllConnections();
  await server.close();
  await rm(folder, { recursive: true });
});

async function openForeign(directory: string): Promise<{ server: S3rver; url: string }> {
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    vhostBuckets: false,
    configureBuckets: [{ name: 'tests' }],
  });
  const { port } = await server.run();
  return { server, url: `http://S3RVER:S3RVER@127.0.0.1:${port}/tests/originals` };
}
