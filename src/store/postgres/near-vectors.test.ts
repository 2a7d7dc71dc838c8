import { Client } from 'pg';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { byServer } from '../../contract/audit.ts';
import { newId } from '../../ids.ts';
import { givenCorpus, givenEmbedder, givenPassages } from '../conformance/given-passages.ts';
import { inPostgres } from '../conformance/in-postgres.ts';
import { openPglite } from '../conformance/pglite/open-pglite.ts';
import type { SearchFilter } from '../queries/search-filter.ts';
import type { Store } from '../store.ts';
import { nearPassages } from '../queries/near-passages.ts';
import { postgresBuilder } from '../script.ts';
import { clientConfig } from './connect.ts';
import { drive } from './drive.ts';
import { nearTable } from './near-tables.ts';
import { openPostgresStore } from './postgres-store.ts';

const embedder = 'test-embedder';
const dimensions = 48;
const mostVectorsInMemory = 300;
const at = '2026-11-22T09:00:00.000Z';
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** Numbers that look drawn, the same in each run. */
function drawnFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647 - 0.5;
}

const draw = drawnFrom(7);
const subjects = Array.from({ length: 40 }, () => Array.from({ length: dimensions }, draw));

const drawnSubject = () => subjects[Math.floor((draw() + 0.5) * subjects.length)] ?? [];

/** Near to some of a few subjects, as vectors of texts are. */
function drawnVector(): Float32Array {
  const [a, b] = [drawnSubject(), drawnSubject()];
  const values = a.map((value, i) => value + (b[i] ?? 0) + draw() * 0.6);
  const length = Math.hypot(...values);
  return Float32Array.from(values, (value) => value / length);
}

const drawn = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ text: `passage ${i} `, vector: drawnVector() }));

async function open(url: string, most = mostVectorsInMemory) {
  const { store } = await openPostgresStore({
    url,
    clock: systemClock,
    instanceId: newId(),
    mostVectorsInMemory: most,
  });
  closing.push(() => store.close());
  await givenEmbedder(store, embedder);
  return store;
}

async function connect(url: string): Promise<Client> {
  const client = new Client(clientConfig({ url, name: 'test' }));
  await client.connect();
  closing.push(() => client.end());
  return client;
}

const nearest = (store: Store, corpusIds: readonly string[], values: Float32Array, filter: SearchFilter = {}) =>
  store.scan.searchPassages({ corpusIds, terms: [], vector: { embedder, values }, filter, limit: 50 });

const servedByIndex = (store: Store) =>
  expect.poll(() => store.vectorPlace().kind, { timeout: 60_000, interval: 20 }).toBe('pgvector');

async function given(passages = mostVectorsInMemory + 1) {
  const { url, close } = await openPglite();
  closing.push(close);
  const store = await open(url);
  const corpusId = await givenCorpus(store);
  const made = await givenPassages(store, { corpusId, embedder, passages: drawn(passages) });
  return { url, store, corpusId, ...made };
}

describe('vectors in PGlite with pgvector', () => {
  test('up to the stated number they are looked through in memory, and nothing is made in the database', async () => {
    const { url } = await given(mostVectorsInMemory);
    const store = await open(url);
    expect(store.vectorPlace()).toEqual({ kind: 'memory', why: '' });
    const { rows } = await (await connect(url)).query(`select 1 from pg_extension where extname = 'vector'`);
    expect(rows).toEqual([]);
  });

  test('beyond it pgvector finds what a look at all of them finds, within what may be read', async () => {
    const { url, store: before, corpusId, rowids } = await given(1_000);
    const other = await givenCorpus(before);
    const { documentId } = await givenPassages(before, { corpusId: other, embedder, passages: drawn(200) });
    const store = await open(url);
    await servedByIndex(store);
    expect(store.vectorPlace()).toEqual({ kind: 'pgvector', version: expect.stringMatching(/^0\.8/) });
    const exact = await open(url, 1_000_000);
    expect(exact.vectorPlace().kind).toBe('memory');
    const own = new Set(rowids);
    let same = 0;
    for (let i = 0; i < 30; i++) {
      const asked = drawnVector();
      const found = (await nearest(store, [corpusId], asked)).dense;
      const wanted = (await nearest(exact, [corpusId], asked)).dense;
      expect(found).toHaveLength(50);
      expect(found.filter(({ id }) => !own.has(id))).toEqual([]);
      expect(found[0]?.score).toBeCloseTo(wanted[0]?.score ?? 0, 2);
      const best = new Set(wanted.slice(0, 10).map(({ id }) => id));
      same += found.slice(0, 10).filter(({ id }) => best.has(id)).length;
    }
    expect(same / 300).toBeGreaterThanOrEqual(0.97);
    const both = [corpusId, other];
    const narrowed = (await nearest(store, both, drawnVector(), { documentIds: [documentId] })).dense;
    expect(narrowed).toHaveLength(50);
    expect(narrowed.filter(({ id }) => own.has(id))).toEqual([]);
    expect((await nearest(store, [], drawnVector())).dense).toEqual([]);
  });

  test('among many the index gives the order, and loses at most 3 of 100 of the ten best, one corpus of three too', async () => {
    const { url, store: before, corpusId } = await given(1_500);
    const others = [await givenCorpus(before), await givenCorpus(before)];
    for (const other of others) await givenPassages(before, { corpusId: other, embedder, passages: drawn(750) });
    await servedByIndex(await open(url));
    const client = await connect(url);
    const db = postgresBuilder();
    const ask = async (corpusIds: readonly string[], values: Float32Array, passages: number) => {
      await client.query('begin');
      const asked = { values, limit: 50, corpusIds, passages };
      const hits = await drive(client, nearPassages(db, nearTable(embedder), asked));
      await client.query('commit');
      return hits.map(({ id }) => id);
    };
    for (const corpusIds of [[corpusId, ...others], [corpusId]]) {
      let same = 0;
      for (let i = 0; i < 30; i++) {
        const asked = drawnVector();
        const [found, best] = [
          await ask(corpusIds, asked, 1_000_000),
          new Set((await ask(corpusIds, asked, 1)).slice(0, 10)),
        ];
        expect(found).toHaveLength(50);
        same += found.slice(0, 10).filter((id) => best.has(id)).length;
      }
      expect(same / 300).toBeGreaterThanOrEqual(0.97);
    }
    await client.query('select pg_stat_force_next_flush()');
    const scans = await client.query(`select coalesce(sum(idx_scan), 0)::int as n from pg_stat_user_indexes
      where indexrelname like 'near%hnsw'`);
    expect(scans.rows[0]).toEqual({ n: 60 });
  });

  test('what is added is found with its commit, what is deleted is not, and what is removed is in no table', async () => {
    const { url, corpusId, documentId } = await given();
    const store = await open(url);
    await servedByIndex(store);
    const vector = drawnVector();
    const added = await givenPassages(store, { corpusId, embedder, passages: [{ text: 'added', vector }] });
    const firstFound = async () => (await nearest(store, [corpusId], vector)).dense[0]?.id;
    expect(await firstFound()).toBe(added.rowids[0]);
    await store.write.deleteDocument({ by: byServer, documentId: added.documentId, at });
    expect(await firstFound()).not.toBe(added.rowids[0]);
    await store.write.restoreDocument({ by: byServer, documentId: added.documentId, jobId: newId(), at });
    expect(await firstFound()).toBe(added.rowids[0]);
    await store.write.deleteDocument({ by: byServer, documentId, at });
    await store.write.purgeDocument({ by: byServer, documentId, at });
    for (let more = true; more; ) ({ more } = await store.write.sweepDeleted({ maxRows: 100, versionsBefore: at, at }));
    const client = await connect(url);
    const { rows } = await client.query(`select (xpath('/row/n/text()', query_to_xml('select count(*) as n from ' ||
      quote_ident(relname), true, true, '')))[1]::text as kept from pg_class where relname ~ '^near_[0-9a-f]{16}$'`);
    expect(rows).toEqual([{ kept: '1' }]);
  });

  test('when the extension is taken away, searches go on, documents are stored, and the index is made again', async () => {
    const { url, corpusId, rowids } = await given();
    const store = await open(url);
    await servedByIndex(store);
    await (await connect(url)).query('drop extension vector cascade');
    const vector = drawnVector();
    const added = await givenPassages(store, { corpusId, embedder, passages: [{ text: 'added', vector }] });
    const known = new Set([...rowids, ...added.rowids]);
    const firstOf50 = async () => {
      const found = (await nearest(store, [corpusId], vector)).dense;
      expect(found.filter(({ id }) => known.has(id))).toHaveLength(50);
      return found[0]?.id;
    };
    expect(await firstOf50()).toBe(added.rowids[0]);
    await servedByIndex(store);
    expect(await firstOf50()).toBe(added.rowids[0]);
  });
});

inPostgres('vectors in a PostgreSQL without pgvector', (server) => {
  test('are looked through in memory, however many, and it is told why', async () => {
    const url = await server().newDatabase();
    const client = await connect(url);
    const { rows } = await client.query(`select 1 from pg_available_extensions where name = 'vector'`);
    const before = await open(url);
    const corpusId = await givenCorpus(before);
    await givenPassages(before, { corpusId, embedder, passages: drawn(mostVectorsInMemory + 1) });
    const store = await open(url);
    expect((await nearest(store, [corpusId], drawnVector())).dense).toHaveLength(50);
    if (rows.length === 0) {
      expect(store.vectorPlace()).toEqual({ kind: 'memory', why: 'pgvector is not installed on the database server' });
    } else await servedByIndex(store);
  });
});
