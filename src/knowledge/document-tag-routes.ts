import { z } from 'zod';
import { route } from '../access/route.ts';
import { corpusTagList, patchDocumentBody, tagDocumentsAnswer, tagDocumentsBody } from '../contract/document-tags.ts';
import { document } from '../contract/documents.ts';
import { listTags, setTags, tagDocuments } from './document-tags.ts';
import type { KnowledgePorts } from './knowledge-ports.ts';

const corpusParams = z.strictObject({ corpus_id: z.string().min(1).max(100) });
const documentParams = z.strictObject({ document_id: z.string().min(1).max(100) });
const tag = 'Knowledge';
const notFound = { 404: { description: 'There is none, or it is not readable' } };
const changes = {
  ...notFound,
  403: { description: 'Readable, but not to be changed by this user' },
  409: { description: 'More tags than a document or a corpus may have' },
};

export function documentTagRoutes(knowledge: KnowledgePorts) {
  return [
    route({
      method: 'get',
      path: '/api/corpora/:corpus_id/tags',
      tag,
      summary: 'The tags of a corpus’s documents in alphabetical order, with how many documents have each.',
      access: { action: 'corpus.read' },
      params: corpusParams,
      answers: { 200: { description: 'Tags', schema: corpusTagList }, ...notFound },
      handler: async ({ actor, params }) => ({
        status: 200,
        json: { tags: await listTags(knowledge, actor, params.corpus_id) },
      }),
    }),
    route({
      method: 'post',
      path: '/api/corpora/:corpus_id/documents/tags',
      tag,
      summary: 'Add tags to documents and remove others, from all of them or from none.',
      access: { action: 'corpus.curate' },
      params: corpusParams,
      body: tagDocumentsBody,
      answers: { 200: { description: 'How many were changed', schema: tagDocumentsAnswer }, ...changes },
      handler: async ({ actor, params, body }) => ({
        status: 200,
        json: await tagDocuments(knowledge, actor, params.corpus_id, {
          documentIds: body.document_ids,
          add: body.add ?? [],
          remove: body.remove ?? [],
        }),
      }),
    }),
    route({
      method: 'patch',
      path: '/api/documents/:document_id',
      tag,
      summary: 'Replace the tags of a document.',
      access: { action: 'corpus.curate' },
      params: documentParams,
      body: patchDocumentBody,
      answers: {
        200: { description: 'The document', schema: document },
        ...changes,
        410: { description: 'It was deleted' },
      },
      handler: async ({ actor, params, body }) => ({
        status: 200,
        json: await setTags(knowledge, actor, params.document_id, body.tags),
      }),
    }),
  ];
}
