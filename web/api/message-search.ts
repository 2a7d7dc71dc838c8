import { messageSearch } from '../../src/contract/message-search.ts';
import { call, queryString } from './client.ts';

/** Messages and answers of my sessions that have all words. */
export const searchMessages = (query: { q: string; cursor?: string; limit: number }, signal: AbortSignal) =>
  call(messageSearch, 'GET', `/api/sessions/search${queryString(query)}`, { signal });
