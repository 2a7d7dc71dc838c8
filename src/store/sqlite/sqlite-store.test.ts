import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeStore } from '../conformance/describe-store.ts';
import { openStore } from '../conformance/open-sqlite.ts';
import type { OpenedStore } from '../conformance/row.ts';
import { spawnWriter } from '../conformance/writer-process.ts';

describeStore('SQLite', async (): Promise<OpenedStore> => {
  const folder = await mkdtemp(join(tmpdir(), 'perdure-store-'));
  const path = join(folder, 'perdure.db');
  let store = await openStore(path);
  return {
    get store() {
      return store;
    },
    async reopen() {
      await store.close();
      store = await openStore(path);
      return store;
    },
    openSecond: (job) =>
      spawnWriter({ module: new URL('../conformance/open-sqlite.ts', import.meta.url), target: path }, job),
    async close() {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
});
