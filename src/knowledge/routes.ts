import { z } from 'zod';
import { route } from '../access/route.ts';
import { pageQuery } from '../contract/common.ts';
import {
  corpus,
  corpusList,
  createCorpusBody,
  giveCorpusBody,
  document,
  documentAccesses,
  documentList,
  documentsQuery,
  documentText,
  fromAddressBody,
  passageList,
  passagesQuery,
  patchCorpusBody,
  reprocessAnswer,
  searchAnswer,
  searchBody,
  uploadAnswer,
} from '../contract/documents.ts';
import { attachmentHeaders, inertTypes } from './attachment-headers.ts';
import { createCorpus, deleteCorpus, getCorpus, giveCorpus, listCorpora, updateCorpus } from './corpora.ts';
import { listCorpusAccesses, listDocumentAccesses } from './document-accesses.ts';
import {
  cancelDocument,
  deleteDocument,
  getDocument,
  getDocumentText,
  listDocuments,
  openOriginal,
  retryDocument,
} from './documents.ts';
import { readableKinds } from './ingest/document-kinds.ts';
import type { KnowledgePorts } from './knowledge-ports.ts';
import { listPassages } from './list-passages.ts';
import { reprocessDocument } from './reprocess-document.ts';
import { searchKnowledge } from './search.ts';
import { uploadDocument } from './upload-document.ts';
import { addFromAddress } from './web-pages/add-from-address.ts';

const corpusParams = z.strictObject({ corpus_id: z.string().min(1).max(100) });
const documentParams = z.strictObject({ document_id: z.string().min(1).max(100) });
const versionQuery = z.strictObject({ version: z.coerce.number().int().min(1).optional() });
const tag = 'Knowledge';
const notFound = { 404: { description: 'There is none, or it is not readable' } };
const changes = { ...notFound, 403: { description: 'Readable, but not to be changed by this user' } };

export function knowledgeRoutes(knowledge: KnowledgePorts) {
  return [
    ...corpusRoutes(knowledge),
    ...documentRoutes(knowledge),

    searchRoute(knowledge),
  ];
}

function corpusRoutes(knowledge: KnowledgePorts) {
  return [
    route({
      method: 'post',
      path: '/api/corpora',
      tag,
      summary: 'Make a corpus. Everyone may read it until its grants say otherwise.',
      access: { action: 'corpus.create' },
      body: createCorpusBody,
      answers: {
        201: { description: 'The corpus', schema: corpus },
        409: { description: 'The name is taken, however it is written' },
      },
      handler: async ({ actor, body }) => ({ status: 201, json: await createCorpus(knowledge, actor, body) }),
    }),
    route({
      method: 'get',
      path: '/api/corpora',
      tag,
      summary: 'The corpora I may read, by name.',
      access: { action: 'corpus.list' },
      answers: { 200: { description: 'Corpora', schema: corpusList } },
      handler: async ({ actor }) => ({ status: 200, json: { corpora: await listCorpora(knowledge, actor) } }),
    }),
    route({
      method: 'get',
      path: '/api/corpora/:corpus_id',
      tag,
      summary: 'One corpus.',
      access: { action: 'corpus.read' },
      params: corpusParams,
      answers: { 200: { description: 'The corpus', schema: corpus }, ...notFound },
      handler: async ({ actor, params }) => ({
        status: 200,
        json: await getCorpus(knowledge, actor, params.corpus_id),
      }),
    }),
    route({
      method: 'patch',
      path: '/api/corpora/:corpus_id',
      tag,
      summary: 'Rename, describe or tag a corpus, archive it, or bring it back.',
      access: { action: 'corpus.curate' },
      params: corpusParams,
      body: patchCorpusBody,
      answers: {
        200: { description: 'The corpus', schema: corpus },
        ...changes,
        409: { description: 'The name is taken' },
      },
      handler: async ({ actor, params, body }) => ({
        status: 200,
        json: await updateCorpus(knowledge, actor, params.corpus_id, body),
      }),
    }),
    route({
      method: 'put',
      path: '/api/corpora/:corpus_id/owner',
      tag,
      summary: 'Give a corpus to another curator or administrator; its owner and administrators may.',
      access: { action: 'corpus.curate' },
      params: corpusParams,
      body: giveCorpusBody,
      answers: {
        204: { description: 'Given' },
        ...changes,
        400: { description: 'Nobody of that name can own a corpus' },
      },
      async handler({ actor, params, body }) {
        await giveCorpus(knowledge, actor, params.corpus_id, body.username);
        return { status: 204 };
      },
    }),
    route({
      method: 'delete',
      path: '/api/corpora/:corpus_id',
      tag,
      summary: 'Put a corpus with its documents into the recycle bin: nothing in it can be reached from here on.',
      access: { action: 'corpus.curate' },
      params: corpusParams,
      answers: { 204: { description: 'Deleted' }, ...changes },
      async handler({ actor, params }) {
        await deleteCorpus(knowledge, actor, params.corpus_id);
        return { status: 204 };
      },
    }),
    route({
      method: 'post',
      path: '/api/corpora/:corpus_id/documents',
      tag,
      summary: `Upload a document: its bytes as the body (${readableKinds}; the content decides).`,
      access: { action: 'corpus.curate' },
      params: corpusParams,
      query: z.strictObject({ filename: z.string().min(1).max(1000).optional() }),
      rawBody: true,
      unhurried: 'long',
      answers: {
        202: { description: 'Stored; it is read in the background', schema: uploadAnswer },
        400: { description: 'The body is empty or ended early' },
        ...changes,
        409: { description: 'The corpus is archived' },
        413: { description: 'Larger than the server accepts' },
        415: { description: 'A type that cannot be read, or a name that says another type than the content' },
      },
      async handler({ actor, params, query, request }) {
        const announced = Number(request.headers.get('content-length') ?? Number.NaN);
        const { documentId, state, outcome } = await uploadDocument(knowledge, actor, {
          corpusId: params.corpus_id,
          filename: query.filename ?? 'document',
          body: request.body,
          signal: request.signal,
          ...(Number.isFinite(announced) && { announcedBytes: announced }),
        });
        const json = { document_id: documentId, state };
        return { status: 202, json: outcome === 'already_here' ? { ...json, duplicate: true } : json };
      },
    }),
    route({
      method: 'post',
      path: '/api/corpora/:corpus_id/documents/from-address',
      tag,
      summary: 'Add what stands at a web address: it is fetched and read in the background.',
      access: { action: 'corpus.curate' },
      params: corpusParams,
      body: fromAddressBody,
      answers: {
        202: { description: 'Stored; it is fetched in the background', schema: uploadAnswer },
        400: { description: 'No address, or not one of the public internet' },
        ...changes,
        409: { description: 'The corpus is archived' },
      },
      async handler({ actor, params, body }) {
        const { documentId, state } = await addFromAddress(knowledge, actor, {
          corpusId: params.corpus_id,
          url: body.url,
        });
        return { status: 202, json: { document_id: documentId, state } };
      },
    }),
    route({
      method: 'get',
      path: '/api/corpora/:corpus_id/documents',
      tag,
      summary:
        'Documents of a corpus, newest first, all or those in one state, with one tag, or whose title or filename holds a text.',
      access: { action: 'corpus.read' },
      params: corpusParams,
      query: documentsQuery,
      answers: { 200: { description: 'A page of documents', schema: documentList }, ...notFound },
      handler: async ({ actor, params, query }) => ({
        status: 200,
        json: await listDocuments(knowledge, actor, params.corpus_id, query),
      }),
    }),
    route({
      method: 'get',
      path: '/api/corpora/:corpus_id/accesses',
      tag,
      summary: 'Who opened which document of a corpus, newest first.',
      access: { action: 'corpus.curate' },
      params: corpusParams,
      query: z.strictObject(pageQuery),
      answers: { 200: { description: 'A page of openings', schema: documentAccesses }, ...changes },
      handler: async ({ actor, params, query }) => ({
        status: 200,
        json: await listCorpusAccesses(knowledge, actor, params.corpus_id, query),
      }),
    }),
  ];
}

function documentRoutes(knowledge: KnowledgePorts) {
  const gone = { 410: { description: 'It was deleted' } };
  return [
    route({
      method: 'get',
      path: '/api/documents/:document_id',
      tag,
      summary: 'One document, with how far it has been read.',
      access: { action: 'corpus.read' },
      params: documentParams,
      answers: { 200: { description: 'The document', schema: document }, ...notFound, ...gone },
      handler: async ({ actor, params }) => ({
        status: 200,
        json: await getDocument(knowledge, actor, params.document_id),
      }),
    }),
    route({
      method: 'get',
      path: '/api/documents/:document_id/text',
      tag,
      summary: 'The text that was read from a document; citations count its UTF-16 units.',
      access: { action: 'corpus.read' },
      params: documentParams,
      query: versionQuery,
      answers: { 200: { description: 'The text', schema: documentText }, ...notFound, ...gone },
      handler: async ({ actor, params, query }) => ({
        status: 200,
        json: await getDocumentText(knowledge, actor, params.document_id, query.version),
      }),
    }),
    route({
      method: 'get',
      path: '/api/documents/:document_id/passages',
      tag,
      summary:
        'Where the passages of a document stand in its text, in order; `after` is the last ordinal that is known.',
      access: { action: 'corpus.read' },
      params: documentParams,
      query: passagesQuery,
      answers: { 200: { description: 'A page of passages', schema: passageList }, ...notFound, ...gone },
      handler: async ({ actor, params, query }) => ({
        status: 200,
        json: await listPassages(knowledge, actor, params.document_id, query),
      }),
    }),
    route({
      method: 'get',
      path: '/api/documents/:document_id/original',
      tag,
      summary:
        'The file as it was uploaded, of the current version or of an older one that is kept; always as a download.',
      access: { action: 'corpus.read' },
      params: documentParams,
      query: versionQuery,
      unhurried: 'long',
      answers: {
        200: { description: 'The file', mediaType: 'application/octet-stream', otherMediaTypes: inertTypes },
        ...notFound,
        ...gone,
      },
      async handler({ actor, params, query }) {
        const { stream, ...facts } = await openOriginal(knowledge, actor, params.document_id, query.version);
        return { status: 200, body: stream, headers: attachmentHeaders(facts) };
      },
    }),
    route({
      method: 'get',
      path: '/api/documents/:document_id/accesses',
      tag,
      summary: 'Who opened a document, newest first.',
      access: { action: 'corpus.curate' },
      params: documentParams,
      query: z.strictObject(pageQuery),
      answers: { 200: { description: 'A page of openings', schema: documentAccesses }, ...changes, ...gone },
      handler: async ({ actor, params, query }) => ({
        status: 200,
        json: await listDocumentAccesses(knowledge, actor, params.document_id, query),
      }),
    }),
    route({
      method: 'post',
      path: '/api/documents/:document_id/retry',
      tag,
      summary: 'Read a document again that failed or was cancelled; any other stays as it is.',
      access: { action: 'corpus.curate' },
      params: documentParams,
      answers: { 202: { description: 'Its state now', schema: uploadAnswer }, ...changes, ...gone },
      handler: async ({ actor, params: { document_id } }) => ({
        status: 202,
        json: { document_id, state: await retryDocument(knowledge, actor, document_id) },
      }),
    }),
    route({
      method: 'post',
      path: '/api/documents/:document_id/reprocess',
      tag,
      summary: 'Read a document again from its original, as its next version; the current one is searched meanwhile.',
      access: { action: 'corpus.curate' },
      params: documentParams,
      answers: {
        202: { description: 'The version that is being read', schema: reprocessAnswer },
        ...changes,
        ...gone,
        409: { description: 'It is not ready, or an archive' },
      },
      handler: async ({ actor, params: { document_id } }) => ({
        status: 202,
        json: { document_id, version: await reprocessDocument(knowledge, actor, document_id) },
      }),
    }),
    route({
      method: 'post',
      path: '/api/documents/:document_id/cancel',
      tag,
      summary:
        'Stop the reading of a document, which then counts as failed; of one that is ready only its next version.',
      access: { action: 'corpus.curate' },
      params: documentParams,
      answers: { 202: { description: 'Its state now', schema: uploadAnswer }, ...changes, ...gone },
      handler: async ({ actor, params: { document_id } }) => ({
        status: 202,
        json: { document_id, state: await cancelDocument(knowledge, actor, document_id) },
      }),
    }),
    route({
      method: 'delete',
      path: '/api/documents/:document_id',
      tag,
      summary: 'Put a document into the recycle bin; again is no error.',
      access: { action: 'corpus.curate' },
      params: documentParams,
      answers: { 204: { description: 'Deleted' }, ...changes },
      async handler({ actor, params }) {
        await deleteDocument(knowledge, actor, params.document_id);
        return { status: 204 };
      },
    }),
  ];
}

function searchRoute(knowledge: KnowledgePorts) {
  return route({
    method: 'post',
    path: '/api/search',
    tag,
    summary: 'Find passages by words and by meaning in the corpora I may read; a higher score is better.',
    access: { action: 'corpus.search' },
    body: searchBody,
    answers: {
      200: { description: 'Passages, best first', schema: searchAnswer },
      ...notFound,
      409: { description: 'A corpus that is named is archived' },
    },
    handler: async ({ actor, body, request }) => ({
      status: 200,
      json: await searchKnowledge(knowledge, actor, body, request.signal),
    }),
  });
}
