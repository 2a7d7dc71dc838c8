import { documentVersions, replaceAnswer } from '../../src/contract/document-versions.ts';
import { reprocessAnswer } from '../../src/contract/documents.ts';
import { call, queryString } from './client.ts';
import { sendFile } from './send-file.ts';

const documentAt = (id: string) => `/api/documents/${encodeURIComponent(id)}`;

export const listVersions = (id: string, query: { cursor?: string; limit?: number }, signal: AbortSignal) =>
  call(documentVersions, 'GET', `${documentAt(id)}/versions${queryString(query)}`, { signal });
export const fetchAgain = (id: string) => call(reprocessAnswer, 'POST', `${documentAt(id)}/fetch`);
export const replaceOriginal = (id: string, file: File, onProgress: (share: number) => void, signal: AbortSignal) => {
  const path = `${documentAt(id)}/original${queryString({ filename: file.name })}`;
  return sendFile(replaceAnswer, path, file, { method: 'PUT', onProgress, signal });
};
