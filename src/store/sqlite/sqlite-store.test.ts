import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
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

describe('what is special to SQLite', () => {
  test('a store written by a newer version is refused, and left as it is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'perdure-store-'));
    const path = join(folder, 'perdure.db');
    await (await openStore(path)).close();
    const database = new DatabaseSync(path);
    database.exec(`insert into schema_migrations values (1000, 'later', '2030-01-01T00:00:00.000Z')`);
    await expect(openStore(path)).rejects.toThrow('newer version');
    expect(database.prepare('select count(*) as n from schema_migrations where id = 1000').get()).toEqual({ n: 1 });
    database.exec('delete from schema_migrations where id = 1000');
    database.close();
    await (await openStore(path)).close();
    await rm(folder, { recursive: true, force: true });
  });

  test('two processes may bring a new file to the schema at once', async () => {
    for (let round = 0; round < 2; round++) {
      const folder = await mkdtemp(join(tmpdir(), 'perdure-store-'));
      const path = join(folder, 'perdure.db');
      const opener = { module: new URL('../conformance/open-sqlite.ts', import.meta.url), target: path };
      const job = { userId: 'none', sessionId: 'none', writes: 0, inFlight: 1 };
      const [store] = await Promise.all([
        openStore(path),
        ...Array.from({ length: 2 }, () => spawnWriter(opener, job).ended),
      ]);
      await store.checkHealth();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    }
  }, 120_000);
});
