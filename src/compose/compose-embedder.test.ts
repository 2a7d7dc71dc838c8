import { expect, test } from 'vitest';
import type { EmbedderSettings } from '../config.ts';
import { FakeVectorsServer } from '../models/testing/fake-vectors-server.ts';
import { composeEmbedder } from './compose-embedder.ts';

const endpoint = (url: string, model: string): EmbedderSettings => ({
  kind: 'endpoint',
  url,
  model,
  apiKey: 'sk-secret',
  dimensions: undefined,
  textsAtOnce: 8,
  queryPrefix: '',
  passagePrefix: '',
});
const composed = (embedder: EmbedderSettings) => composeEmbedder({ embedder, dataDir: '/nowhere' });

test('what is remembered of an endpoint opens the same embedder again, and holds no key', async () => {
  await using fake = await FakeVectorsServer.start();
  const { embedderSource, openEmbedder, reopenEmbedder } = composed(endpoint(fake.url, 'words'));
  expect(JSON.stringify(embedderSource)).not.toContain('secret');
  expect(embedderSource.name).toBe('words (endpoint)');
  const stored = JSON.parse(JSON.stringify(embedderSource.recipe)) as typeof embedderSource.recipe;
  const reopened = await reopenEmbedder(stored)?.();
  expect(reopened?.id).toBe((await openEmbedder()).id);
});

test('the key goes to the server that it is set for, and not to the one that was set before', async () => {
  await using before = await FakeVectorsServer.start();
  await using now = await FakeVectorsServer.start();
  const { embedderSource: old } = composed(endpoint(before.url, 'words'));
  const { embedderSource: sibling } = composed(endpoint(now.url, 'other words'));
  const { reopenEmbedder } = composed(endpoint(now.url, 'words'));
  await reopenEmbedder(old.recipe)?.();
  await reopenEmbedder(sibling.recipe)?.();
  expect(before.asked.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  expect(now.asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer sk-secret']);
  await composed({ kind: 'built_in' }).reopenEmbedder(old.recipe)?.();
  expect(before.asked.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
});

test('what another version remembered is not opened', () => {
  expect(composed({ kind: 'built_in' }).reopenEmbedder({ kind: 'something new' })).toBeUndefined();
});
