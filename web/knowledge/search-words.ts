import type { ServerStatus } from '../../src/contract/feed.ts';
import { named, said, t } from '../i18n/translate.ts';

/** What searches here. */
type SearchStatus = Omit<ServerStatus, 'model'>;

/** What searching does on this server, in whole sentences; undefined where it does all it is set to do. Pure. */
export function embedderTrouble(status: SearchStatus): string | undefined {
  const { embedder, embedder_detail: detail, embedder_name, mode, embedding } = status;
  const name = named(embedder_name);
  if (embedder === 'unavailable') {
    return mode === 'lexical'
      ? t('Search works by words only at the moment. {detail}', { detail: said(detail) })
      : t('The embedder that is set does not work, so the one before goes on. {detail}', { detail: said(detail) });
  }
  if (!embedding || mode === 'hybrid') return undefined;
  if (mode === 'partial') {
    return t('Search by meaning finds only the passages that {name} has come to so far; search by words finds all.', {
      name,
    });
  }
  return embedder === 'loading'
    ? undefined
    : t(
        'Search works by words only until {name} has come to half of the passages: the embedder before cannot be ' +
          'asked any more.',
        { name },
      );
}

/** What puts the best in order and does not. Pure. */
export function rerankerTrouble({ reranker, reranker_detail: detail }: SearchStatus): string | undefined {
  return reranker === 'unavailable'
    ? t('The best passages stand in the order of the search alone. {detail}', { detail: said(detail) })
    : undefined;
}

/** How a search goes. Pure. */
export function modeWords({ mode, embedder }: SearchStatus): string {
  if (mode === 'hybrid') return t('By words and by meaning');
  if (mode === 'partial') return t('By words, and by meaning as far as the embedder has come');
  return embedder === 'loading' ? t('By words; the embedder is on its way') : t('By words only');
}

/** Where a search looks. Pure. */
export function placeWords({ search_in: { vectors, passages, detail } }: SearchStatus): string {
  if (vectors === 'pgvector') {
    return t(
      '{passages, plural, one {# passage} other {# passages}}: words in memory, meaning in the database ' +
        '(pgvector {version})',
      { passages, version: detail },
    );
  }
  return detail === ''
    ? t('{passages, plural, one {# passage} other {# passages}}, in memory', { passages })
    : t('{passages, plural, one {# passage} other {# passages}}, in memory: {detail}', {
        passages,
        detail: said(detail),
      });
}

/** How far the embedder has come. Pure. */
export function progressWords(progress: { done: number; total: number }): string {
  return t('{done, number} of {total, number} passages', progress);
}

/** A model with its state. Pure. */
export function modelWords(model: string, state: SearchStatus['embedder' | 'reranker']): string {
  const name = named(model);
  switch (state) {
    case 'none':
      return t('None is set');
    case 'loading':
      return t('{name}, on its way', { name });
    case 'ready':
      return t('{name}, ready', { name });
    case 'unavailable':
      return t('{name}, not available', { name });
  }
}
