import { z } from 'zod';
import { route } from '../access/route.ts';
import { pageQuery } from '../contract/common.ts';
import { documentVersions, replaceAnswer } from '../contract/document-versions.ts';
import { reprocessAnswer } from '../contract/documents.ts';
import { listVersions } from './document-versions.ts';
import { readableKinds } from './ingest/document-kinds.ts';
import type { KnowledgePorts } from './knowledge-ports.ts';
import { replaceOriginal } from './replace-original.ts';
import { fetchAgain } from './web-pages/fetch-again.ts';

const documentParams = z.strictObject({ document_id: z.string().min(1).max(100) });
const tag = 'Knowledge';
const reads = { 404: { description: 'There is none, or it is not readable' }, 410: { description: 'It was deleted' } };
const changes = { ...reads, 403: { description: 'Readable, but not to be changed by this user' } };

export function versionRoutes(knowledge: KnowledgePorts) {
  return [
    route({
      method: 'get',
      path: '/api/documents/:document_id/versions',
      tag,
      summary: 'The versions of a document that are kept, newest first.',
      access: { action: 'corpus.read' },
      params: documentParams,
      query: z.strictObject(pageQuery),
      answers: { 200: { description: 'A page of versions', schema: documentVersions }, ...reads },
      handler: async ({ actor, params, query }) => ({
        status: 200,
        json: await listVersions(knowledge, actor, params.document_id, query),
      }),
    }),
    route({
      method: 'put',
      path: '/api/documents/:document_id/original',
      tag,
      summary: `Give a document another original: its bytes as the body (${readableKinds}; the content decides). It is read as the next version; the current one is searched meanwhile.`,
      access: { action: 'corpus.curate' },
      params: documentParams,
      query: z.strictObject({ filename: z.string().min(1).max(1000).optional() }),
      rawBody: true,
      unhurried: 'long',
      answers: {
        202: { description: 'Stored; it is read in the background', schema: replaceAnswer },
        400: { description: 'The body is empty or ended early' },
        ...changes,
        409: {
          description: 'It is not ready, an archive, or read already; the corpus has the same file, or is archived',
        },
        413: { description: 'Larger than the server accepts' },
        415: { description: 'A type that cannot be read, or a name that says another type than the content' },
      },
      async handler({ actor, params: { document_id }, query, request }) {
        const announced = Number(request.headers.get('content-length') ?? Number.NaN);
        const { version, isSame } = await replaceOriginal(knowledge, actor, {
          documentId: document_id,
          filename: query.filename ?? 'document',
          body: request.body,
          signal: request.signal,
          ...(Number.isFinite(announced) && { announcedBytes: announced }),
        });
        const json = { document_id, version };
        return { status: 202, json: isSame ? { ...json, duplicate: true } : json };
      },
    }),
    route({
      method: 'post',
      path: '/api/documents/:document_id/fetch',
      tag,
      summary: 'Fetch a document again from its web address; what changed is read as its next version.',
      access: { action: 'corpus.curate' },
      params: documentParams,
      answers: {
        202: { description: 'The version that is fetched or read', schema: reprocessAnswer },
        ...changes,
        409: { description: 'It is not ready, an archive, or not from a web address; or the corpus is archived' },
      },
      handler: async ({ actor, params: { document_id } }) => ({
        status: 202,
        json: { document_id, version: await fetchAgain(knowledge, actor, document_id) },
      }),
    }),
  ];
}
