import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../clock.ts';
import { parseFilesUrl } from '../../files-address.ts';
import { describeFileStore } from '../conformance/describe-file-store.ts';
import { openStrictS3, testSigner } from '../conformance/s3/strict-s3.ts';
import { openS3Files } from './s3-files.ts';

describeFileStore('an S3-compatible store', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'perdure-s3-'));
  const partsFolder = join(folder, 'parts');
  const server = await openStrictS3({ ...testSigner, folder: join(folder, 's3'), bucket: 'tests' });
  const address = parseFilesUrl(server.url);
  return {
    open: (presence) => openS3Files({ address, clock: systemClock, presence, partsFolder }),
    kept: async () => [
      ...(await server.kept.list()).map(({ key }) => key.slice(address.prefix.length)),
      ...(await server.kept.uploads()).map(({ id }) => `upload ${id}`),
      ...(await readdir(partsFolder).catch(() => [])),
    ],
    age: () => server.kept.age(systemClock.nowMs() - 3_600_000),
    async close() {
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
});
