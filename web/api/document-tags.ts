import { corpusTagList, maxTaggedAtOnce, tagDocumentsAnswer } from '../../src/contract/document-tags.ts';
import { document } from '../../src/contract/documents.ts';
import { call } from './client.ts';

const corpusAt = (id: string) => `/api/corpora/${encodeURIComponent(id)}`;

export const listTags = (corpusId: string, signal: AbortSignal) =>
  call(corpusTagList, 'GET', `${corpusAt(corpusId)}/tags`, { signal });
export const setTags = (documentId: string, tags: string[]) =>
  call(document, 'PATCH', `/api/documents/${encodeURIComponent(documentId)}`, { body: { tags } });

/** Of any number of documents, in calls of as many as one takes. */
export async function tagDocuments(
  corpusId: string,
  documentIds: readonly string[],
  change: { add: string[]; remove: string[] },
): Promise<void> {
  for (let from = 0; from < documentIds.length; from += maxTaggedAtOnce) {
    const document_ids = documentIds.slice(from, from + maxTaggedAtOnce);
    await call(tagDocumentsAnswer, 'POST', `${corpusAt(corpusId)}/documents/tags`, {
      body: { document_ids, ...change },
    });
  }
}
