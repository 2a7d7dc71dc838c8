import { afterEach, expect, test } from 'vitest';
import type { Actor } from '../access/actor.ts';
import type { FoundPassage } from '../contract/documents.ts';
import { createCorpus } from './corpora.ts';
import { explainFound } from './explain-found.ts';
import { searchKnowledge } from './search.ts';
import { bodyOf, type GivenKnowledge, givenKnowledge } from './testing/given-knowledge.ts';
import { uploadDocument } from './upload-document.ts';

let given: GivenKnowledge | undefined;
afterEach(async () => {
  await given?.close();
  given = undefined;
});

const signal = new AbortController().signal;

async function givenDocuments(files: Record<string, string>): Promise<(query: string) => Promise<FoundPassage[]>> {
  given = await givenKnowledge();
  const { knowledge } = given;
  const curator: Actor = await given.user('curator');
  const { id: corpusId } = await createCorpus(knowledge, curator, { name: 'Works' });
  for (const [filename, text] of Object.entries(files)) {
    await uploadDocument(knowledge, curator, { corpusId, filename, body: bodyOf(text) });
  }
  await knowledge.idle();
  return async (query) => (await searchKnowledge(knowledge, curator, { query, explain: true }, signal)).passages;
}

test('a passage tells the words that found it as they stand there, its place in each list, and both together', async () => {
  const ask = await givenDocuments({
    'pumps.md': '# Naïve pumps\n\nPumping is the work of the pump. It pumped all day.\n',
    'tea.md': '# Tea\n\nTea is steeped for three minutes, and a day later thrown away.\n',
  });
  const [pump, tea] = await ask('the naive pumps and a day?');
  expect(pump?.explain).toEqual({
    lexical: { rank: 1, score: expect.any(Number) },
    dense: { rank: 1, similarity: expect.any(Number) },
    fused: 1,
    matched_words: ['naïve', 'pumps', 'pumping', 'pump', 'pumped', 'day'],
  });
  expect(tea?.explain).toMatchObject({ lexical: { rank: 2 }, dense: { rank: 2 }, fused: 0, matched_words: ['day'] });
  expect(pump?.explain?.lexical?.score).toBeGreaterThan(tea?.explain?.lexical?.score ?? Number.POSITIVE_INFINITY);
  expect(pump?.explain?.dense?.similarity).toBeLessThanOrEqual(1.01);
});

test('a passage found by its meaning alone has no place among the words, and a question without words matches none', async () => {
  const ask = await givenDocuments({ 'tea.md': '# Tea\n\nTea is steeped for three minutes.\n' });
  for (const question of ['coffee', '???']) {
    const [tea] = await ask(question);
    expect(tea?.explain).toEqual({
      dense: { rank: 1, similarity: expect.any(Number) },
      fused: expect.any(Number),
      matched_words: [],
    });
  }
});

test('what stands in a heading, and signs that mark what matched, are told apart from the text', async () => {
  const ask = await givenDocuments({ 'odd.md': '# Valves\n\nA \ufdd0strange\ufdd1 sentence about a gate.\n' });
  const [odd] = await ask('strange valves');
  expect(odd?.explain?.matched_words).toEqual(expect.arrayContaining(['strange', 'valves']));
});

test('nothing is explained that nobody asked about', async () => {
  await givenDocuments({ 'tea.md': '# Tea\n\nTea is steeped.\n' });
  if (!given) return;
  const { passages } = await searchKnowledge(given.knowledge, await given.user('member'), { query: 'tea' }, signal);
  expect(passages).toHaveLength(1);
  expect(passages[0]).not.toHaveProperty('explain');
});

test('ranks count from 1 in each list, and a list that does not hold the passage is left out', () => {
  const lists = {
    lexical: [
      { id: 7, score: 3 },
      { id: 9, score: 2 },
    ],
    dense: [{ id: 9, score: 0.5 }],
  };
  expect(explainFound(lists, { id: 7, fused: 0.5, reranked: 0.7 }, ['a'])).toEqual({
    lexical: { rank: 1, score: 3 },
    fused: 0.5,
    reranked: 0.7,
    matched_words: ['a'],
  });
  expect(explainFound(lists, { id: 9, fused: 0.4 })).toEqual({
    lexical: { rank: 2, score: 2 },
    dense: { rank: 1, similarity: 0.5 },
    fused: 0.4,
    matched_words: [],
  });
});
