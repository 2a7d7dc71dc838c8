import type { ServerStatus } from '../../src/contract/feed.ts';

/** What searches here. */
type SearchStatus = Omit<ServerStatus, 'model'>;

/** What searching does on this server, in whole sentences; undefined where it does all it is set to do. Pure. */
export function embedderTrouble(status: SearchStatus): string | undefined {
  const { embedder, embedder_detail: detail, embedder_name: name, mode, embedding } = status;
  if (embedder === 'unavailable') {
    return mode === 'lexical'
      ? `Search works by words only at the moment. ${detail}`
      : `The embedder that is set does not work, so the one before goes on. ${detail}`;
  }
  if (!embedding || mode === 'hybrid') return undefined;
  if (mode === 'partial') {
    return `Search by meaning finds only the passages that ${name} has come to so far; search by words finds all.`;
  }
  return embedder === 'loading'
    ? undefined
    : `Search works by words only until ${name} has come to half of the passages: the embedder before cannot be asked any more.`;
}

/** What puts the best in order and does not. Pure. */
export function rerankerTrouble({ reranker, reranker_detail: detail }: SearchStatus): string | undefined {
  return reranker === 'unavailable' ? `The best passages stand in the order of the search alone. ${detail}` : undefined;
}

/** How a search goes. Pure. */
export function modeWords({ mode, embedder }: SearchStatus): string {
  if (mode === 'hybrid') return 'By words and by meaning';
  if (mode === 'partial') return 'By words, and by meaning as far as the embedder has come';
  return embedder === 'loading' ? 'By words; the embedder is on its way' : 'By words only';
}

/** Where a search looks. Pure. */
export function placeWords({ search_in: { vectors, passages, detail } }: SearchStatus): string {
  const count = `${passages.toLocaleString()} ${passages === 1 ? 'passage' : 'passages'}`;
  if (vectors === 'pgvector') return `${count}: words in memory, meaning in the database (pgvector ${detail})`;
  return detail === '' ? `${count}, in memory` : `${count}, in memory: ${detail}`;
}

/** How far the embedder has come. Pure. */
export function progressWords({ done, total }: { done: number; total: number }): string {
  return `${done.toLocaleString()} of ${total.toLocaleString()} passages`;
}

const states = { none: 'None is set', loading: 'on its way', ready: 'ready', unavailable: 'not available' } as const;

/** A model with its state. Pure. */
export function modelWords(name: string, state: keyof typeof states): string {
  return state === 'none' ? states.none : `${name}, ${states[state]}`;
}
