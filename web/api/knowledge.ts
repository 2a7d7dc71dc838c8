import {
  type DocumentState,
  corpus,
  corpusList,
  document,
  documentAccesses,
  documentList,
  documentText,
  passageList,
  reprocessAnswer,
  searchAnswer,
  uploadAnswer,
} from '../../src/contract/documents.ts';
import { serverStatus } from '../../src/contract/feed.ts';
import { call, callForBytes, command, queryString } from './client.ts';
import { sendFile } from './send-file.ts';

const corpusAt = (id: string) => `/api/corpora/${encodeURIComponent(id)}`;
const documentAt = (id: string) => `/api/documents/${encodeURIComponent(id)}`;

export const fetchStatus = (signal: AbortSignal) => call(serverStatus, 'GET', '/api/status', { signal });

export const listCorpora = (signal: AbortSignal) => call(corpusList, 'GET', '/api/corpora', { signal });
export const fetchCorpus = (id: string, signal: AbortSignal) => call(corpus, 'GET', corpusAt(id), { signal });
export const createCorpus = (body: { name: string; description?: string }) =>
  call(corpus, 'POST', '/api/corpora', { body });
export const updateCorpus = (id: string, body: { name: string; description: string; tags: string[] }) =>
  call(corpus, 'PATCH', corpusAt(id), { body });
export const giveCorpus = (id: string, username: string) =>
  command('PUT', `${corpusAt(id)}/owner`, { body: { username } });
export const archiveCorpus = (id: string, archived: boolean) =>
  call(corpus, 'PATCH', corpusAt(id), { body: { archived } });
export const deleteCorpus = (id: string) => command('DELETE', corpusAt(id));

export const listDocuments = (
  corpusId: string,
  query: { cursor?: string; limit?: number; state?: DocumentState; tag?: string; title?: string },
  signal?: AbortSignal,
) => call(documentList, 'GET', `${corpusAt(corpusId)}/documents${queryString(query)}`, { ...(signal && { signal }) });
export const fetchDocument = (id: string, signal: AbortSignal) => call(document, 'GET', documentAt(id), { signal });
export const deleteDocument = (id: string) => command('DELETE', documentAt(id));
export const retryDocument = (id: string) => call(uploadAnswer, 'POST', `${documentAt(id)}/retry`);
export const reprocessDocument = (id: string) => call(reprocessAnswer, 'POST', `${documentAt(id)}/reprocess`);
export const cancelDocument = (id: string) => call(uploadAnswer, 'POST', `${documentAt(id)}/cancel`);
export const fetchDocumentText = (id: string, version: number | undefined, signal: AbortSignal) =>
  call(documentText, 'GET', `${documentAt(id)}/text${queryString({ version })}`, { signal });
export const fetchPassages = (
  id: string,
  query: { version: number; after?: number; limit: number },
  signal: AbortSignal,
) => call(passageList, 'GET', `${documentAt(id)}/passages${queryString(query)}`, { signal });
/** A document, or all of a corpus. */
export type AccessesOf = { documentId: string } | { corpusId: string };
export const listAccesses = (of: AccessesOf, query: { cursor?: string; limit?: number }, signal: AbortSignal) => {
  const at = 'documentId' in of ? documentAt(of.documentId) : corpusAt(of.corpusId);
  return call(documentAccesses, 'GET', `${at}/accesses${queryString(query)}`, { signal });
};
export const originalOf = (id: string, version?: number) => `${documentAt(id)}/original${queryString({ version })}`;
/** 50 MiB over a slow line. */
const originalTimeoutMs = 10 * 60_000;
export const fetchOriginal = (id: string, version: number, signal: AbortSignal) =>
  callForBytes(originalOf(id, version), { signal, timeoutMs: originalTimeoutMs });

/** What a search is narrowed to, as the server takes it. */
export type SearchFilters = { documents?: string[]; tags?: string[]; added_from?: string; added_before?: string };
export const searchExplained = (query: string, corpusId: string, filters: SearchFilters, signal: AbortSignal) =>
  call(searchAnswer, 'POST', '/api/search', {
    body: { query, corpora: [corpusId], ...filters, limit: 20, explain: true },
    signal,
  });

export const addFromAddress = (corpusId: string, url: string) =>
  call(uploadAnswer, 'POST', `${corpusAt(corpusId)}/documents/from-address`, { body: { url } });

export const uploadDocument = (
  corpusId: string,
  { file, path }: { file: File; path: string },
  onProgress: (share: number) => void,
  signal: AbortSignal,
) =>
  sendFile(uploadAnswer, `${corpusAt(corpusId)}/documents${queryString({ filename: path })}`, file, {
    onProgress,
    signal,
  });
