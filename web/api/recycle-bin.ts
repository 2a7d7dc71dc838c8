import { corpus, uploadAnswer } from '../../src/contract/documents.ts';
import { corporaInBin, documentsInBin } from '../../src/contract/recycle-bin.ts';
import { call, command, queryString } from './client.ts';

const corpusInBin = (id: string) => `/api/bin/corpora/${encodeURIComponent(id)}`;
const documentInBin = (id: string) => `/api/bin/documents/${encodeURIComponent(id)}`;

export const listCorporaInBin = (signal: AbortSignal) => call(corporaInBin, 'GET', '/api/bin/corpora', { signal });
export const restoreCorpus = (id: string, name?: string) =>
  call(corpus, 'POST', `${corpusInBin(id)}/restore`, { body: { ...(name !== undefined && { name }) } });
export const purgeCorpus = (id: string) => command('DELETE', corpusInBin(id));

export const listDocumentsInBin = (corpusId: string, query: { cursor?: string; limit?: number }, signal: AbortSignal) =>
  call(documentsInBin, 'GET', `/api/corpora/${encodeURIComponent(corpusId)}/bin${queryString(query)}`, { signal });
export const restoreDocument = (id: string) => call(uploadAnswer, 'POST', `${documentInBin(id)}/restore`);
export const purgeDocument = (id: string) => command('DELETE', documentInBin(id));
