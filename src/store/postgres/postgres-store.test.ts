import { describeStore } from '../conformance/describe-store.ts';
import { openStore } from '../conformance/open-postgres.ts';
import { inPostgres } from '../conformance/in-postgres.ts';
import type { OpenedStore } from '../conformance/row.ts';
import { spawnWriter } from '../conformance/writer-process.ts';

inPostgres('one server', (server) => {
  describeStore('PostgreSQL', async (): Promise<OpenedStore> => {
    const url = await server().newDatabase();
    let store = await openStore(url);
    return {
      get store() {
        return store;
      },
      async reopen() {
        await store.close();
        store = await openStore(url);
        return store;
      },
      openSecond: (job) =>
        spawnWriter({ module: new URL('../conformance/open-postgres.ts', import.meta.url), target: url }, job),
      close: () => store.close(),
    };
  });
});
