import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeVectorsServer } from '../testing/fake-vectors-server.ts';
import { openEndpointReranker } from './endpoint-reranker.ts';

let fake: FakeVectorsServer;
beforeEach(async () => {
  fake = await FakeVectorsServer.start();
});
afterEach(() => fake[Symbol.asyncDispose]());

test('scores come in the order of the documents, whatever the order of the answer', async () => {
  const reranker = await openEndpointReranker({ url: fake.url, model: 'judge', apiKey: 'sk-secret' });
  const scores = await reranker.score('what?', ['none', 'wanted wanted', 'wanted'], { priority: 'query' });
  expect(scores).toEqual([0.5, 0.75, 1 - 1 / 3]);
  expect(fake.asked[1]).toMatchObject({
    path: '/v1/rerank',
    model: 'judge',
    texts: ['what?', 'none', 'wanted wanted', 'wanted'],
  });
  expect(fake.asked[1]?.headers.authorization).toBe('Bearer sk-secret');
  expect(reranker.id).toMatch(/^judge:[\da-f]{12}$/);
  expect(await reranker.score('what?', [])).toEqual([]);
});

test('a list of scores and logits are read too', async () => {
  const reranker = await openEndpointReranker({ url: `${fake.url}/rerank` });
  fake.instead = () => ({
    json: [
      { index: 1, score: 4 },
      { index: 0, score: -4 },
    ],
  });
  const [low = 1, high = 0] = await reranker.score('what?', ['a', 'b']);
  expect([low, high]).toEqual([expect.closeTo(0.018, 3), expect.closeTo(0.982, 3)]);
});

test('an endpoint that calls documents texts is asked so from then on', async () => {
  const reranker = await openEndpointReranker({ url: fake.url });
  let isFirst = true;
  fake.instead = () => {
    if (!isFirst) return undefined;
    isFirst = false;
    return { status: 422, text: '' };
  };
  await reranker.score('what?', ['a']);
  await reranker.score('what?', ['a']);
  expect(fake.asked).toHaveLength(4);
});

test.each([
  ['too few', { results: [{ index: 0, relevance_score: 1 }] }],
  [
    'one twice',
    {
      results: [
        { index: 0, relevance_score: 1 },
        { index: 0, relevance_score: 1 },
      ],
    },
  ],
  [
    'one beyond',
    {
      results: [
        { index: 0, relevance_score: 1 },
        { index: 2, relevance_score: 1 },
      ],
    },
  ],
  ['no score', { results: [{ index: 0 }, { index: 1 }] }],
])('an answer with %s is refused', async (_name, json) => {
  const reranker = await openEndpointReranker({ url: fake.url });
  fake.instead = () => ({ json });
  const asked = reranker.score('what?', ['a', 'b'], { priority: 'query' });
  await expect(asked).rejects.toThrow('The rerank endpoint sent an answer that cannot be used.');
});
