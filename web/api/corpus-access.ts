import { type CorpusLevel, corpusAccess } from '../../src/contract/corpus-access.ts';
import { call, command, queryString } from './client.ts';

const at = (corpusId: string) => `/api/corpora/${encodeURIComponent(corpusId)}/access`;

export const fetchCorpusAccess = (corpusId: string, query: { q?: string }, signal: AbortSignal) =>
  call(corpusAccess, 'GET', `${at(corpusId)}${queryString(query)}`, { signal });

/** What a group may do with a corpus from here on; undefined takes its access away. */
export const setCorpusAccess = (corpusId: string, groupId: string, level: CorpusLevel | undefined) => {
  const path = `${at(corpusId)}/${encodeURIComponent(groupId)}`;
  return level === undefined ? command('DELETE', path) : command('PUT', path, { body: { level } });
};
