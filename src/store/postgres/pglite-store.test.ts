import { Client } from 'pg';
import { expect, test } from 'vitest';
import { describeStore } from '../conformance/describe-store.ts';
import { openStore } from '../conformance/open-postgres.ts';
import { openPglite } from '../conformance/pglite/open-pglite.ts';
import type { OpenedStore } from '../conformance/row.ts';

describeStore('PGlite', async (): Promise<OpenedStore> => {
  const { url, close } = await openPglite();
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
    async close() {
      await store.close();
      await close();
    },
  };
});

test('PGlite has pgvector, which Debian 12 has no package of', async () => {
  const { url, close } = await openPglite();
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('create extension vector');
  const { rows } = await client.query(`select '[3,4]'::vector <-> '[0,0]' as distance, extversion as version
    from pg_extension where extname = 'vector'`);
  expect(rows).toEqual([{ distance: 5, version: expect.stringMatching(/^0\.8/) }]);
  await client.end();
  await close();
});
