import { type Actor, byOf } from '../access/actor.ts';
import { type DocumentAccess, type DocumentAccesses, documentAccess } from '../contract/documents.ts';
import { formatKeyset, parseKeyset } from '../contract/keyset.ts';
import { AppError } from '../errors.ts';
import type { DocumentAccessRecord } from '../store/queries/document-accesses.ts';
import type { DocumentRecord } from '../store/queries/knowledge.ts';
import { requireCorpus, requireDocument } from './corpus-rights.ts';
import type { KnowledgePorts } from './knowledge-ports.ts';

/** Reloads, pages and other passages of the same document within this time are one opening. */
const oneOpeningMs = 10 * 60_000;

/** Puts on record that the actor opens the text or original of a document's version. To be awaited before anything of it leaves. Only the first opening
 *  within ten minutes waits for a write.
 *  @throws AppError overloaded, store_unavailable: then nothing may leave; unauthenticated */
export async function noteOpening(
  { store, clock }: Pick<KnowledgePorts, 'store' | 'clock'>,
  actor: Actor,
  document: Pick<DocumentRecord, 'id' | 'corpus_id' | 'version'>,
  what: DocumentAccess['what'],
): Promise<void> {
  const nowMs = clock.nowMs();
  const since = new Date(nowMs - oneOpeningMs).toISOString();
  const opening = { documentId: document.id, version: document.version, what };
  const isByKey = actor.apiKey !== undefined;
  if (await store.read.wasDocumentOpened({ ...opening, userId: actor.userId, isByKey, since })) return;
  await store.write.noteDocumentAccess({
    ...opening,
    corpusId: document.corpus_id,
    notSince: since,
    at: new Date(nowMs).toISOString(),
    by: byOf(actor),
  });
}

type Page = { limit?: number | undefined; cursor?: string | undefined };

/** Who opened a document, newest first; for those who may curate its corpus.
 *  @throws AppError not_found, forbidden, gone, bad_request */
export async function listDocumentAccesses(
  { store }: Pick<KnowledgePorts, 'store'>,
  actor: Actor,
  documentId: string,
  page: Page,
): Promise<DocumentAccesses> {
  await requireDocument({ store }, actor, documentId, 'corpus.curate');
  return list(store, { documentId }, page);
}

/** Who opened what of a corpus, newest first, its deleted documents too; for those who may curate it.
 *  @throws AppError not_found, forbidden, bad_request */
export async function listCorpusAccesses(
  { store }: Pick<KnowledgePorts, 'store'>,
  actor: Actor,
  corpusId: string,
  page: Page,
): Promise<DocumentAccesses> {
  await requireCorpus({ store }, actor, corpusId, 'corpus.curate');
  return list(store, { corpusId }, page);
}

const defaultLimit = 50;

async function list(
  store: KnowledgePorts['store'],
  of: { documentId: string } | { corpusId: string },
  page: Page,
): Promise<DocumentAccesses> {
  const limit = page.limit ?? defaultLimit;
  const before = page.cursor === undefined ? undefined : Number(parseKeyset(page.cursor)?.value);
  if (before !== undefined && !Number.isSafeInteger(before)) {
    throw new AppError('bad_request', { detail: 'Query: cursor is not valid.' });
  }
  const records = await store.scan.documentAccesses({ of, limit: limit + 1, ...(before !== undefined && { before }) });
  const accesses = records.slice(0, limit);
  const last = accesses.at(-1);
  return {
    accesses: accesses.map(toAccess),
    next_cursor: records.length > limit && last ? formatKeyset({ value: last.position, id: '' }) : null,
  };
}

function toAccess(record: DocumentAccessRecord): DocumentAccess {
  return {
    at: record.at,
    user_id: record.user_id,
    username: record.username,
    what: documentAccess.shape.what.parse(record.what),
    ...(record.version !== null && { version: record.version }),
    by_api_key: record.api_key_id !== null,
    document_id: record.document_id,
    document_title: record.document_title,
  };
}
