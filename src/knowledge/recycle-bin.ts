import { type Actor, byOf } from '../access/actor.ts';
import { authorize } from '../access/authorize.ts';
import { type Corpus, type DocumentState, documentState } from '../contract/documents.ts';
import { formatKeyset, parseKeyset } from '../contract/keyset.ts';
import type { CorpusInBin, DocumentsInBin } from '../contract/recycle-bin.ts';
import { daysAfter } from '../contract/retention.ts';
import { AppError } from '../errors.ts';
import { newId } from '../ids.ts';
import type { CorpusAccess } from '../store/queries/access.ts';
import type { DocumentRecord } from '../store/queries/knowledge.ts';
import type { Store } from '../store/store.ts';
import { getCorpus, nameTaken } from './corpora.ts';
import { requireCorpus } from './corpus-rights.ts';
import type { KnowledgePorts } from './knowledge-ports.ts';

type Ports = Pick<KnowledgePorts, 'store' | 'clock'>;
type ListPorts = Pick<KnowledgePorts, 'store' | 'retention'>;

const defaultListLimit = 100;

/** The corpora in the bin that the actor may bring back, newest deletion first. */
export async function listCorporaInBin(ports: ListPorts, actor: Actor): Promise<CorpusInBin[]> {
  const found = await ports.store.read.corpusAccess({ userId: actor.userId, inBin: true });
  const ids = found.filter((each) => authorize(actor, 'corpus.curate', each)).map(({ id }) => id);
  const records = await ports.store.scan.corporaInBin({ ids });
  const days = (await ports.retention.rules()).document_bin;
  return records.map(({ id, name, document_count, ...deletion }) => ({
    id,
    name,
    documents: document_count,
    ...told(deletion, days),
  }));
}

/** The documents in the bin of a corpus, newest deletion first.
 *  @throws AppError not_found, forbidden, bad_request */
export async function listDocumentsInBin(
  ports: ListPorts,
  actor: Actor,
  corpusId: string,
  input: { limit?: number | undefined; cursor?: string | undefined },
): Promise<DocumentsInBin> {
  await requireCorpus(ports, actor, corpusId, 'corpus.curate');
  const limit = input.limit ?? defaultListLimit;
  const place = input.cursor === undefined ? undefined : parseKeyset(input.cursor);
  if (input.cursor !== undefined && !place)
    throw new AppError('bad_request', { detail: 'Query: cursor is not valid.' });
  const records = await ports.store.scan.documentsInBin({
    corpusId,
    limit: limit + 1,
    ...(place && { after: { deletedAt: String(place.value), id: place.id } }),
  });
  const days = (await ports.retention.rules()).document_bin;
  const page = records.slice(0, limit);
  const last = page.at(-1);
  return {
    documents: page.map(({ id, title, filename, bytes, ...deletion }) => ({
      document_id: id,
      title,
      filename,
      bytes,
      ...told(deletion, days),
    })),
    next_cursor: records.length > limit && last ? formatKeyset({ value: last.deleted_at, id: last.id }) : null,
  };
}

function told({ deleted_at, deleted_by }: { deleted_at: string; deleted_by: string | null }, days: number | null) {
  return {
    deleted_at,
    ...(deleted_by !== null && { deleted_by }),
    kept_until: days === null ? null : daysAfter(deleted_at, days),
  };
}

/** Brings a corpus back with its documents and grants, under another name where the old one is taken.
 *  @throws AppError not_found, forbidden, name_taken */
export async function restoreCorpus(
  ports: Ports,
  actor: Actor,
  corpusId: string,
  input: { name?: string | undefined },
): Promise<Corpus> {
  const { name: oldName } = await requireCorpusInBin(ports, actor, corpusId);
  const outcome = await ports.store.write.restoreCorpus({
    id: corpusId,
    at: ports.clock.now(),
    by: byOf(actor),
    ...(input.name !== undefined && { name: input.name }),
  });
  if (outcome === 'not_found') throw new AppError('not_found');
  if (outcome === 'name_taken') throw nameTaken(input.name ?? oldName);
  return getCorpus(ports, actor, corpusId);
}

/** Deletes a corpus in the bin for good; what it held is cleared in the background. Again is no error.
 *  @throws AppError not_found, forbidden */
export async function purgeCorpus(
  ports: Ports & Pick<KnowledgePorts, 'sweeper'>,
  actor: Actor,
  corpusId: string,
): Promise<void> {
  await requireCorpusInBin(ports, actor, corpusId);
  await ports.store.write.purgeCorpus({ id: corpusId, at: ports.clock.now(), by: byOf(actor) });
  ports.sweeper.ring();
}

/** Brings a document back to its corpus as it was. One that is not in the bin stays as it is.
 *  @throws AppError not_found, forbidden, gone when it was deleted for good, conflict when the corpus has the same file again */
export async function restoreDocument(ports: Ports, actor: Actor, documentId: string): Promise<DocumentState> {
  const document = await requireCurated(ports, actor, documentId);
  if (document.deleted_at === null) return documentState.parse(document.state);
  const result = await ports.store.write.restoreDocument({
    documentId,
    jobId: newId(),
    at: ports.clock.now(),
    by: byOf(actor),
  });
  if (result.outcome === 'already_here') {
    throw new AppError('conflict', {
      detail: `The corpus has the same file again, as “${result.title}”. Delete that one first, or leave this one here.`,
    });
  }
  if (result.outcome === 'not_found') {
    throw new AppError('gone', { detail: `“${document.title}” was deleted for good.` });
  }
  return documentState.parse(result.state);
}

/** Deletes a document in the bin for good. Again is no error; one that is not in the bin stays as it is.
 *  @throws AppError not_found, forbidden, conflict for a document that is not deleted */
export async function purgeDocument(
  ports: Ports & Pick<KnowledgePorts, 'files' | 'sweeper' | 'log'>,
  actor: Actor,
  documentId: string,
): Promise<void> {
  const document = await requireCurated(ports, actor, documentId);
  if (document.deleted_at === null) {
    throw new AppError('conflict', { detail: `“${document.title}” is not in the recycle bin. Delete it first.` });
  }
  const purged = await ports.store.write.purgeDocument({ documentId, at: ports.clock.now(), by: byOf(actor) });
  if (!purged) return;
  if (purged.fileKey !== '') {
    // The document is gone whatever happens to its file, which nothing names any more: what cannot be removed now, the sweep removes.
    await ports.files.remove(purged.fileKey).catch((error: unknown) => {
      ports.log.warn('original_not_removed', { reason: String(error) });
    });
  }
  ports.sweeper.ring();
}

async function requireCurated(
  ports: Pick<Ports, 'store'>,
  actor: Actor,
  documentId: string,
): Promise<DocumentRecord & { deleted_at: string | null }> {
  const document = await ports.store.read.documentById({ userId: actor.userId, documentId });
  if (!document) throw new AppError('not_found');
  await requireCorpus(ports, actor, document.corpus_id, 'corpus.curate');
  return document;
}

/** @throws AppError not_found, alike for one that is missing, live or not readable; forbidden for one that was only readable */
async function requireCorpusInBin(ports: { store: Store }, actor: Actor, corpusId: string): Promise<CorpusAccess> {
  const [access] = await ports.store.read.corpusAccess({ userId: actor.userId, corpusIds: [corpusId], inBin: true });
  if (!access || !authorize(actor, 'corpus.read', access)) throw new AppError('not_found');
  if (!authorize(actor, 'corpus.curate', access)) throw new AppError('forbidden');
  return access;
}
