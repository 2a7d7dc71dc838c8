import { expect, test } from 'vitest';
import type { ServerStatus } from '../../src/contract/feed.ts';
import { embedderTrouble, modelWords, modeWords, placeWords, progressWords, rerankerTrouble } from './search-words.ts';

const ready: ServerStatus = {
  embedder: 'ready',
  embedder_detail: '',
  embedder_name: 'e5 (folder)',
  mode: 'hybrid',
  embedding: null,
  search_in: { vectors: 'memory', passages: 1_200, detail: '' },
  reranker: 'none',
  reranker_detail: '',
  reranker_name: '',
  model: '',
};
const embedding = { done: 1_200, total: 3_000 };

test('nothing is said while all works, also while another embedder takes over and the one before serves', () => {
  for (const status of [
    ready,
    { ...ready, embedding },
    { ...ready, embedder: 'loading' as const, mode: 'lexical' as const },
  ]) {
    expect(embedderTrouble(status)).toBeUndefined();
    expect(rerankerTrouble(status)).toBeUndefined();
  }
});

test('what works less says how and why', () => {
  const unavailable = { ...ready, embedder: 'unavailable', embedder_detail: 'It cannot be reached.' } as const;
  expect(embedderTrouble({ ...unavailable, mode: 'lexical' })).toBe(
    'Search works by words only at the moment. It cannot be reached.',
  );
  expect(embedderTrouble(unavailable)).toContain('the one before goes on. It cannot be reached.');
  expect(embedderTrouble({ ...ready, mode: 'lexical', embedding })).toContain('until e5 (folder) has come to half');
  expect(embedderTrouble({ ...ready, mode: 'partial', embedding })).toContain('that e5 (folder) has come to so far');
  expect(rerankerTrouble({ ...ready, reranker: 'unavailable', reranker_detail: 'It is closed.' })).toBe(
    'The best passages stand in the order of the search alone. It is closed.',
  );
});

test('the state is told in words', () => {
  expect(modeWords(ready)).toBe('By words and by meaning');
  expect(modeWords({ ...ready, mode: 'lexical' })).toBe('By words only');
  expect(modeWords({ ...ready, mode: 'lexical', embedder: 'loading' })).toContain('on its way');
  expect(placeWords(ready)).toBe('1,200 passages, in memory');
  const told = { vectors: 'memory', passages: 1, detail: 'pgvector is not installed' } as const;
  expect(placeWords({ ...ready, search_in: told })).toBe('1 passage, in memory: pgvector is not installed');
  expect(placeWords({ ...ready, search_in: { vectors: 'pgvector', passages: 1_200, detail: '0.8.7' } })).toBe(
    '1,200 passages: words in memory, meaning in the database (pgvector 0.8.7)',
  );
  expect(progressWords(embedding)).toBe('1,200 of 3,000 passages');
  expect(modelWords('e5 (folder)', 'ready')).toBe('e5 (folder), ready');
  expect(modelWords('', 'none')).toBe('None is set');
});
