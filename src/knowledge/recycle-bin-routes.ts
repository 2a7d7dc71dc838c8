import { z } from 'zod';
import { route } from '../access/route.ts';
import { pageQuery } from '../contract/common.ts';
import { corpus, uploadAnswer } from '../contract/documents.ts';
import { corporaInBin, documentsInBin, restoreCorpusBody } from '../contract/recycle-bin.ts';
import type { KnowledgePorts } from './knowledge-ports.ts';
import {
  listCorporaInBin,
  listDocumentsInBin,
  purgeCorpus,
  purgeDocument,
  restoreCorpus,
  restoreDocument,
} from './recycle-bin.ts';

const corpusParams = z.strictObject({ corpus_id: z.string().min(1).max(100) });
const documentParams = z.strictObject({ document_id: z.string().min(1).max(100) });
const tag = 'Knowledge';
const changes = {
  404: { description: 'There is none, or it is not readable' },
  403: { description: 'Readable, but not to be changed by this user' },
};

export function recycleBinRoutes(knowledge: KnowledgePorts) {
  return [
    route({
      method: 'get',
      path: '/api/bin/corpora',
      tag,
      summary: 'Deleted corpora I may bring back, the newest deletion first. Each says until when it is kept.',
      access: { action: 'corpus.list' },
      answers: { 200: { description: 'Corpora', schema: corporaInBin } },
      handler: async ({ actor }) => ({ status: 200, json: { corpora: await listCorporaInBin(knowledge, actor) } }),
    }),
    route({
      method: 'post',
      path: '/api/bin/corpora/:corpus_id/restore',
      tag,
      summary: 'Bring a corpus back with its documents and grants, under another name if you like.',
      access: { action: 'corpus.curate' },
      params: corpusParams,
      body: restoreCorpusBody,
      answers: {
        200: { description: 'The corpus', schema: corpus },
        ...changes,
        409: { description: 'The name was taken meanwhile' },
      },
      handler: async ({ actor, params, body }) => ({
        status: 200,
        json: await restoreCorpus(knowledge, actor, params.corpus_id, body),
      }),
    }),
    route({
      method: 'delete',
      path: '/api/bin/corpora/:corpus_id',
      tag,
      summary: 'Delete a corpus in the bin for good, with all that it holds.',
      access: { action: 'corpus.curate' },
      params: corpusParams,
      answers: { 204: { description: 'Deleted' }, ...changes },
      async handler({ actor, params }) {
        await purgeCorpus(knowledge, actor, params.corpus_id);
        return { status: 204 };
      },
    }),
    route({
      method: 'get',
      path: '/api/corpora/:corpus_id/bin',
      tag,
      summary: 'Deleted documents of a corpus, the newest deletion first. Each says until when it is kept.',
      access: { action: 'corpus.curate' },
      params: corpusParams,
      query: z.strictObject(pageQuery),
      answers: { 200: { description: 'A page of documents', schema: documentsInBin }, ...changes },
      handler: async ({ actor, params, query }) => ({
        status: 200,
        json: await listDocumentsInBin(knowledge, actor, params.corpus_id, query),
      }),
    }),
    route({
      method: 'post',
      path: '/api/bin/documents/:document_id/restore',
      tag,
      summary: 'Bring a document back to its corpus; one that is not deleted stays as it is.',
      access: { action: 'corpus.curate' },
      params: documentParams,
      answers: {
        202: { description: 'Its state now', schema: uploadAnswer },
        ...changes,
        409: { description: 'The corpus has the same file again' },
        410: { description: 'It was deleted for good' },
      },
      handler: async ({ actor, params: { document_id } }) => ({
        status: 202,
        json: { document_id, state: await restoreDocument(knowledge, actor, document_id) },
      }),
    }),
    route({
      method: 'delete',
      path: '/api/bin/documents/:document_id',
      tag,
      summary: 'Delete a document in the bin for good; again is no error.',
      access: { action: 'corpus.curate' },
      params: documentParams,
      answers: {
        204: { description: 'Deleted' },
        ...changes,
        409: { description: 'It is not in the bin' },
      },
      async handler({ actor, params }) {
        await purgeDocument(knowledge, actor, params.document_id);
        return { status: 204 };
      },
    }),
  ];
}
