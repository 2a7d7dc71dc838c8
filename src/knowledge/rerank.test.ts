import { afterEach, expect, test, vi } from 'vitest';
import type { Actor } from '../access/actor.ts';
import { PassingFault } from '../models/embedder.ts';
import type { Reranker } from '../models/reranker.ts';
import { createCorpus, deleteCorpus } from './corpora.ts';
import { rerankedPassages } from './rerank.ts';
import { searchKnowledge } from './search.ts';
import { bodyOf, type GivenKnowledge, givenKnowledge } from './testing/given-knowledge.ts';
import { uploadDocument } from './upload-document.ts';

let given: GivenKnowledge;
afterEach(() => given.close());
const signal = new AbortController().signal;
const parts = 40;
const text = Array.from({ length: parts }, (_, i) => `## Part ${i}\n\nNote ${i}: the okapi of day ${i} is well.`).join(
  '\n\n',
);

type Score = Reranker['score'];
/** Thinks that what names its favourite answers best. */
const favouring =
  (favourite: string): Score =>
  (_query, documents) =>
    Promise.resolve(documents.map((each) => (each.includes(favourite) ? 0.9 : 0.2)));

async function givenDocument(score: Score): Promise<{ curator: Actor; corpusId: string }> {
  const reranker: Reranker = { id: 'judge:1', score: (...asked) => score(...asked), close: () => Promise.resolve() };
  given = await givenKnowledge({ openReranker: () => Promise.resolve(reranker), retryModelsMs: [20] });
  const curator = await given.user('curator');
  const { id: corpusId } = await createCorpus(given.knowledge, curator, { name: 'Animals' });
  await uploadDocument(given.knowledge, curator, { corpusId, filename: 'okapis.md', body: bodyOf(text) });
  await given.knowledge.idle();
  return { curator, corpusId };
}

const ask = (curator: Actor, more: object = {}) =>
  searchKnowledge(given.knowledge, curator, { query: 'okapi day', ...more }, signal);

test('the best are put in order by what the reranker thinks, each with both scores, the rest behind them', async () => {
  const judged: string[][] = [];
  const favourite = favouring('Note 3:');
  const { curator } = await givenDocument((query, documents) => {
    judged.push(documents);
    return favourite(query, documents);
  });
  const { passages, reranked } = await ask(curator, { explain: true, limit: parts });
  expect(reranked).toBe(true);
  expect(judged.map(({ length }) => length)).toEqual([rerankedPassages]);
  expect(judged[0]?.every((each) => /^Part 0(?: - Part \d+)?\n/.test(each))).toBe(true);
  const [first, ...others] = passages;
  const isJudged = judged[0]?.some((each) => each.includes('Note 3:'));
  if (isJudged) expect(first).toMatchObject({ heading_path: ['Part 3'], score: 0.9, explain: { reranked: 0.9 } });
  expect(first?.explain?.fused).toBeGreaterThan(0);
  const scores = passages.map(({ score }) => score);
  expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  expect(others.filter(({ explain }) => explain?.reranked === undefined)).toHaveLength(parts - rerankedPassages);
  for (const score of scores) expect(score >= 0 && score <= 1).toBe(true);
});

test('one that is too late, or fails, leaves the fused order, and the answer says so', async () => {
  let score: Score = favouring('Note 3:');
  const { curator } = await givenDocument((...asked) => score(...asked));
  score = (_query, _documents, options) =>
    new Promise((_resolve, reject) => options?.signal?.addEventListener('abort', () => reject(new Error('aborted'))));
  const late = await ask(curator);
  expect(late.reranked).toBe(false);
  expect(late.passages.length).toBeGreaterThan(0);
  score = () => Promise.reject(new PassingFault('The rerank endpoint cannot be reached.', { isRetryable: true }));
  expect((await ask(curator)).reranked).toBe(false);
  const { reranker } = given.knowledge;
  expect(reranker?.state()).toEqual({ state: 'unavailable', reason: 'The rerank endpoint cannot be reached.' });
  score = favouring('Note 3:');
  await vi.waitUntil(() => reranker?.current(), 5_000);
  expect((await ask(curator)).reranked).toBe(true);
});

test('what somebody may not read any more does not leave, although it was found before the reranker was asked', async () => {
  let whileAsked: (() => Promise<unknown>) | undefined;
  const favourite = favouring('Note 3:');
  const { curator, corpusId } = await givenDocument(async (query, documents) => {
    await whileAsked?.();
    return favourite(query, documents);
  });
  whileAsked = () => deleteCorpus(given.knowledge, curator, corpusId);
  const { passages, reranked } = await ask(curator);
  expect([passages, reranked]).toEqual([[], true]);
});

test('nothing is said of a reranker where none is set', async () => {
  given = await givenKnowledge();
  const answer = await searchKnowledge(given.knowledge, await given.user('member'), { query: 'okapi' }, signal);
  expect(answer).not.toHaveProperty('reranked');
});
