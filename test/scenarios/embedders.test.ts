import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { searchAnswer } from '../../src/contract/documents.ts';
import { serverStatus } from '../../src/contract/feed.ts';
import { FakeVectorsServer } from '../../src/models/testing/fake-vectors-server.ts';
import { answered } from '../client.ts';
import { newCorpus, untilRead, upload } from '../documents.ts';
import { GivenServer, type Person } from '../given.ts';
import { waitFor } from '../wait-for.ts';

const key = 'sk-marked-secret-key';

async function found({ client }: Person, query: string) {
  return answered(await client.post('/api/search', { query, explain: true }), 200, searchAnswer);
}
const statusOf = async ({ client }: Person) => answered(await client.get('/api/status'), 200, serverStatus);

test('an endpoint embeds and another reranks; when they go, search goes by words and everybody is told; nothing tells the key', async () => {
  await using fake = await FakeVectorsServer.start();
  fake.instead = ({ headers }) => (headers.authorization === `Bearer ${key}` ? undefined : { status: 401, text: '' });
  fake.wanted = 'twelve';
  const env = {
    PERDURE_EMBEDDINGS_URL: fake.url,
    PERDURE_EMBEDDINGS_MODEL: 'words',
    PERDURE_EMBEDDINGS_API_KEY: key,
    PERDURE_RERANK_URL: fake.url,
    PERDURE_RERANK_MODEL: 'judge',
    PERDURE_RERANK_API_KEY: key,
  };
  await using server = await GivenServer.start({ env });
  const curator = await server.person('curator');
  const { id } = await newCorpus(curator, 'Port');
  await untilRead(curator, await upload(curator, id, 'harbour.md', '# Harbour\n\nA berth costs twelve crowns.\n'));
  await untilRead(
    curator,
    await upload(curator, id, 'berth.md', '# Berth\n\nWhat does a berth cost? Ask the keeper.\n'),
  );

  const both = await found(curator, 'what does a berth cost');
  expect(both).toMatchObject({ mode: 'hybrid', reranked: true });
  expect(both.passages[0]).toMatchObject({ document_title: 'Harbour', explain: { reranked: expect.any(Number) } });
  const named = { embedder_name: 'words (endpoint)', reranker_name: 'judge (endpoint)' };
  const place = { search_in: { vectors: 'memory', passages: expect.any(Number), detail: '' } };
  const ready = { embedder: 'ready', mode: 'hybrid', embedding: null, reranker: 'ready', ...named, ...place };
  expect(await statusOf(curator)).toMatchObject(ready);
  const readyz = await waitFor('/readyz to tell it', async () => {
    const facts = JSON.parse((await server.anonymous.get('/readyz')).text) as Record<string, unknown>;
    return facts['mode'] === 'hybrid' && facts;
  });
  expect(readyz).toMatchObject({ status: 'ready', ...ready });
  expect(JSON.stringify(readyz), 'no address to who is not signed in').not.toContain('127.0.0.1');

  fake.instead = () => ({ status: 503, text: `no ${key}` });
  expect(await found(curator, 'berth')).toMatchObject({ mode: 'lexical', reranked: false });
  expect(await statusOf(curator)).toMatchObject({
    embedder: 'unavailable',
    embedder_detail: 'The embeddings endpoint is not working at the moment (HTTP 503).',
    mode: 'lexical',
    reranker: 'unavailable',
    reranker_detail: 'The rerank endpoint is not working at the moment (HTTP 503).',
  });
  await untilRead(curator, await upload(curator, id, 'quay.md', '# Quay\n\nThe quay is lit at dusk.\n'));
  expect((await statusOf(curator)).embedding).toEqual({ done: 2, total: 3 });
  fake.instead = () => undefined;
  await waitFor('the vectors to be whole', async () => (await statusOf(curator)).embedding === null, 30_000);
  await waitFor('the reranker', async () => (await statusOf(curator)).reranker === 'ready', 40_000);
  expect(await found(curator, 'quay')).toMatchObject({ mode: 'hybrid', reranked: true });

  const { text: metrics } = await server.anonymous.get('/metrics');
  await server.process.terminate();
  const files = (await readdir(server.dataDir, { withFileTypes: true })).filter((each) => each.isFile());
  const bytes = await Promise.all(files.map(({ name }) => readFile(join(server.dataDir, name), 'latin1')));
  for (const text of [server.process.log, metrics, JSON.stringify(readyz), ...bytes]) expect(text).not.toContain(key);
  expect(server.process.log).not.toMatch(/berth|quay/);
}, 120_000);
