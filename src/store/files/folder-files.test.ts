import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../clock.ts';
import { describeFileStore } from '../conformance/describe-file-store.ts';
import { openFolderFiles } from './folder-files.ts';

describeFileStore('a folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'perdure-files-'));
  const anHourAgo = new Date(systemClock.nowMs() - 3_600_000);
  return {
    open: (presence) => openFolderFiles(folder, { clock: systemClock, presence }),
    kept: () => readdir(folder),
    async age() {
      for (const name of await readdir(folder)) await utimes(join(folder, name), anHourAgo, anHourAgo);
    },
    close: () => rm(folder, { recursive: true }),
  };
});
