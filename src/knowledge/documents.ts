import { type Actor, byOf } from '../access/actor.ts';
import {
  type Document,
  type DocumentCounts,
  type DocumentList,
  type DocumentOrigin,
  type DocumentState,
  type DocumentText,
  documentCounts,
  document as documentShape,
  documentState,
  documentText,
} from '../contract/documents.ts';
import { formatKeyset, parseKeyset } from '../contract/keyset.ts';
import { AppError } from '../errors.ts';
import { whileAllowed } from '../http/while-allowed.ts';
import { newId } from '../ids.ts';
import type { DocumentRecord } from '../store/queries/knowledge.ts';
import { requireCorpus, requireDocument } from './corpus-rights.ts';
import { noteOpening } from './document-accesses.ts';
import { nextVersion } from './reprocess-document.ts';
import { priorityOf } from './ingest/quick-type.ts';
import type { KnowledgePorts } from './knowledge-ports.ts';

type Ports = Pick<KnowledgePorts, 'store'>;

const defaultListLimit = 100;

/** A corpus's documents, newest first.
 *  @throws AppError not_found, bad_request */
export async function listDocuments(
  ports: Ports,
  actor: Actor,
  corpusId: string,
  input: {
    limit?: number | undefined;
    cursor?: string | undefined;
    state?: DocumentState | undefined;
    tag?: string | undefined;
    title?: string | undefined;
  },
): Promise<DocumentList> {
  await requireCorpus(ports, actor, corpusId, 'corpus.read');
  const limit = input.limit ?? defaultListLimit;
  const place = input.cursor === undefined ? undefined : parseKeyset(input.cursor);
  if (input.cursor !== undefined && !place)
    throw new AppError('bad_request', { detail: 'Query: cursor is not valid.' });
  const page = {
    corpusId,
    limit: limit + 1,
    ...(input.state && { state: input.state }),
    ...(input.tag !== undefined && { tag: input.tag }),
    ...(place && { after: { createdAt: String(place.value), id: place.id } }),
  };
  const { scan } = ports.store;
  const { title } = input;
  const records = await (title === undefined
    ? scan.documentsOfCorpus({ ...page, userId: actor.userId })
    : scan.documentsTitled({ ...page, title }));
  const shown = records.slice(0, limit);
  const last = shown.at(-1);
  const next = records.length > limit && last ? formatKeyset({ value: last.created_at, id: last.id }) : null;
  const tags = await tagsOf(ports, actor, shown);
  const counts = await ports.store.scan.documentStates({ corpusId });
  return {
    documents: shown.map((record) => toDocument(record, tags.get(record.id))),
    counts: countsOf(counts),
    next_cursor: next,
  };
}

function countsOf(rows: readonly { state: string; documents: number }[]): DocumentCounts {
  const counted = new Map(rows.map(({ state, documents }) => [state, documents]));
  return documentCounts.parse(
    Object.fromEntries(documentState.options.map((state) => [state, counted.get(state) ?? 0])),
  );
}

/** @throws AppError not_found, gone */
export async function getDocument(ports: Ports, actor: Actor, documentId: string): Promise<Document> {
  const record = await requireDocument(ports, actor, documentId, 'corpus.read');
  const document = toDocument(record, (await tagsOf(ports, actor, [record])).get(documentId));
  const next = await nextVersion(ports, actor, documentId);
  return next ? { ...document, next } : document;
}

/** The text that was read from a document, in its current version or an older one that is still kept. That it was opened is on record
 *  before it leaves.
 *  @throws AppError not_found, gone, overloaded, store_unavailable */
export async function getDocumentText(
  ports: Pick<KnowledgePorts, 'store' | 'clock'>,
  actor: Actor,
  documentId: string,
  version?: number,
): Promise<DocumentText> {
  const record = await requireDocument(ports, actor, documentId, 'corpus.read');
  const wanted = version ?? record.version;
  const of = { userId: actor.userId, documentId };
  const stored = await ports.store.scan.documentTextOf({ ...of, version: wanted });
  if (!stored) {
    const detail =
      wanted === record.version ? 'The text of this document has not been read yet.' : 'There is no such version.';
    throw new AppError('not_found', { detail });
  }
  const older = wanted === record.version ? undefined : await ports.store.read.oldVersionOf({ ...of, version: wanted });
  await noteOpening(ports, actor, { ...record, version: wanted }, 'text');
  const { title, media_type } = older ?? record;
  return {
    text: stored.text,
    version: wanted,
    title,
    media_type,
    pages: pageSpans.parse(JSON.parse(stored.pages)),
  };
}

const pageSpans = documentText.shape.pages;
const { notices } = documentShape.shape;

export type OriginalFile = {
  stream: ReadableStream<Uint8Array>;
  bytes: number;
  filename: string;
  mediaType: string;
};

/** The file as it was uploaded, of the current version or an older one that is still kept, for as long as the actor may read it. That it was
 *  opened is on record before its first byte leaves.
 *  @throws AppError not_found, gone, overloaded, store_unavailable */
export async function openOriginal(
  ports: Pick<KnowledgePorts, 'store' | 'clock' | 'files'>,
  actor: Actor,
  documentId: string,
  version?: number,
): Promise<OriginalFile> {
  const document = await requireDocument(ports, actor, documentId, 'corpus.read');
  const wanted = version ?? document.version;
  const record =
    wanted === document.version
      ? document
      : await ports.store.read.oldVersionOf({ userId: actor.userId, documentId, version: wanted });
  if (!record) throw new AppError('not_found', { detail: 'There is no such version.' });
  if (record.file_key === '') throw new AppError('not_found', { detail: 'This page has not been fetched yet.' });
  await noteOpening(ports, actor, { ...document, version: wanted }, 'original');
  const { stream, bytes } = await ports.files.read(record.file_key);
  const mayRead = async () => (await requireDocument(ports, actor, documentId, 'corpus.read')) !== undefined;
  return { stream: whileAllowed(stream, mayRead), bytes, filename: record.filename, mediaType: record.media_type };
}

/** Puts a document into the recycle bin: once this resolves no search or read reaches it. Deleting again is no error.
 *  @throws AppError not_found, forbidden */
export async function deleteDocument(
  ports: Pick<KnowledgePorts, 'store' | 'clock'>,
  actor: Actor,
  documentId: string,
): Promise<void> {
  const document = await ports.store.read.documentById({ userId: actor.userId, documentId });
  if (!document) throw new AppError('not_found');
  await requireCorpus(ports, actor, document.corpus_id, 'corpus.curate');
  await ports.store.write.deleteDocument({ documentId, at: ports.clock.now(), by: byOf(actor) });
}

/** Has a document that failed, or whose reading was cancelled, read again; any other stays as it is.
 *  @throws AppError not_found, gone, forbidden */
export async function retryDocument(
  ports: Pick<KnowledgePorts, 'store' | 'clock'>,
  actor: Actor,
  documentId: string,
): Promise<DocumentState> {
  const document = await requireDocument(ports, actor, documentId, 'corpus.curate');
  const reading = await ports.store.write.retryDocument({
    documentId,
    jobId: newId(),
    priority: priorityOf(document.bytes),
    at: ports.clock.now(),
    by: byOf(actor),
  });
  return stateOf(reading);
}

/** Stops the reading of a document, which then counts as failed; one that is read to its end stays as it is.
 *  @throws AppError not_found, gone, forbidden */
export async function cancelDocument(
  ports: Pick<KnowledgePorts, 'store' | 'clock'>,
  actor: Actor,
  documentId: string,
): Promise<DocumentState> {
  await requireDocument(ports, actor, documentId, 'corpus.curate');
  return stateOf(await ports.store.write.cancelDocument({ documentId, at: ports.clock.now(), by: byOf(actor) }));
}

function stateOf(reading: { state: string } | undefined): DocumentState {
  if (!reading) throw new AppError('gone');
  return documentState.parse(reading.state);
}

async function tagsOf(
  { store }: Ports,
  { userId }: Actor,
  records: readonly DocumentRecord[],
): Promise<Map<string, string[]>> {
  const stored = await store.read.tagsOfDocuments({ userId, documentIds: records.map(({ id }) => id) });
  const grouped = Map.groupBy(stored, (each) => each.document_id);
  return new Map([...grouped].map(([id, tags]) => [id, tags.map(({ tag }) => tag)]));
}

function toDocument(record: DocumentRecord, tags: string[] = []): Document {
  const error =
    record.error_code === null ? undefined : { code: record.error_code, message: record.error_message ?? '' };
  return {
    document_id: record.id,
    corpus_id: record.corpus_id,
    title: record.title,
    filename: record.filename,
    media_type: record.media_type,
    bytes: record.bytes,
    state: documentState.parse(record.state),
    progress: record.progress,
    ...(error && { error }),
    notices: notices.parse(JSON.parse(record.notices)),
    tags,
    pages: record.page_count,
    passages: record.passage_count,
    version: record.version,
    ...(record.address !== null && { origin: originOf(record, record.address) }),
    created_at: record.created_at,
    updated_at: record.updated_at,
  };
}

function originOf({ final_address, fetched_at, unchanged_since }: DocumentRecord, address: string): DocumentOrigin {
  return {
    address,
    ...(final_address !== null && { final_address }),
    ...(fetched_at !== null && { fetched_at }),
    ...(unchanged_since !== null && { unchanged_since }),
  };
}
