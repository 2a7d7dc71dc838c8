import {
  corpus,
  corpusList,
  document,
  documentList,
  documentText,
  uploadAnswer,
} from '../../src/contract/documents.ts';
import { serverStatus } from '../../src/contract/feed.ts';
import { call, command, problemOf, queryString, reportUnauthorized } from './client.ts';
import { ApiError, notUnderstood, unreachable } from './errors.ts';

const corpusAt = (id: string) => `/api/corpora/${encodeURIComponent(id)}`;
const documentAt = (id: string) => `/api/documents/${encodeURIComponent(id)}`;

export const fetchStatus = (signal: AbortSignal) => call(serverStatus, 'GET', '/api/status', { signal });

export const listCorpora = (signal: AbortSignal) => call(corpusList, 'GET', '/api/corpora', { signal });
export const fetchCorpus = (id: string, signal: AbortSignal) => call(corpus, 'GET', corpusAt(id), { signal });
export const createCorpus = (body: { name: string; description?: string }) =>
  call(corpus, 'POST', '/api/corpora', { body });
export const deleteCorpus = (id: string) => command('DELETE', corpusAt(id));

export const listDocuments = (corpusId: string, query: { cursor?: string; limit?: number }, signal: AbortSignal) =>
  call(documentList, 'GET', `${corpusAt(corpusId)}/documents${queryString(query)}`, { signal });
export const fetchDocument = (id: string, signal: AbortSignal) => call(document, 'GET', documentAt(id), { signal });
export const deleteDocument = (id: string) => command('DELETE', documentAt(id));
export const fetchDocumentText = (id: string, version: number | undefined, signal: AbortSignal) =>
  call(documentText, 'GET', `${documentAt(id)}/text${queryString({ version })}`, { signal });
export const originalOf = (id: string) => `${documentAt(id)}/original`;

/** Sends a file as it is. `onProgress` hears 0 to 1 as the bytes leave; fetch cannot report that, so this is XMLHttpRequest. */
export function uploadDocument(
  corpusId: string,
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<{ document_id: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ document_id: string }>();
  const request = new XMLHttpRequest();
  request.open('POST', `${corpusAt(corpusId)}/documents${queryString({ filename: file.name })}`);
  request.setRequestHeader('content-type', file.type || 'application/octet-stream');
  request.setRequestHeader('accept', 'application/json');
  request.upload.addEventListener('progress', (event) => {
    if (event.lengthComputable) onProgress(event.loaded / event.total);
  });
  request.addEventListener('error', () => reject(unreachable()));
  request.addEventListener('abort', () =>
    reject(new ApiError({ status: 0, code: 'cancelled', title: 'Cancelled', detail: 'You cancelled this upload.' })),
  );
  request.addEventListener('load', () => resolve(readUpload(request)));
  signal.addEventListener('abort', () => request.abort(), { once: true });
  request.send(file);
  return promise;
}

async function readUpload(request: XMLHttpRequest): Promise<{ document_id: string }> {
  if (request.status === 401) reportUnauthorized();
  const wait = request.getResponseHeader('retry-after');
  const headers = new Headers(wait === null ? {} : { 'retry-after': wait });
  const response = new Response(request.responseText, { status: request.status, headers });
  if (!response.ok) throw await problemOf(response);
  const answer = uploadAnswer.safeParse(await response.json().catch(() => undefined));
  if (!answer.success) throw notUnderstood(response.status);
  return answer.data;
}
