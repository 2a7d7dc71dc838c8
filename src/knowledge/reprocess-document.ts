import { type Actor, byOf } from '../access/actor.ts';
import { type NextVersion, nextVersion as nextVersionShape } from '../contract/documents.ts';
import { newId } from '../ids.ts';
import { requireDocument } from './corpus-rights.ts';
import { documentKinds } from './ingest/document-kinds.ts';
import { priorityOf } from './ingest/quick-type.ts';
import type { KnowledgePorts } from './knowledge-ports.ts';
import { notRenewable } from './not-renewable.ts';

/** Has a document that is ready read again from its original, as its next version; the current one is searched until that is ready. While it is
 *  read, asking again changes nothing.
 *  @returns the version that is being read
 *  @throws AppError not_found, gone, forbidden; conflict for one that is not ready, or an archive */
export async function reprocessDocument(
  ports: Pick<KnowledgePorts, 'store' | 'clock'>,
  actor: Actor,
  documentId: string,
): Promise<number> {
  const document = await requireDocument(ports, actor, documentId, 'corpus.curate');
  const result = await ports.store.write.reprocessDocument({
    documentId,
    archiveType: documentKinds.zip.mediaType,
    jobId: newId(),
    priority: priorityOf(document.bytes),
    at: ports.clock.now(),
    by: byOf(actor),
  });
  if (result.outcome !== 'reading') throw notRenewable(result);
  return result.version;
}

/** What comes of a document's next version, as long as it is not the current one. */
export async function nextVersion(
  { store }: Pick<KnowledgePorts, 'store'>,
  { userId }: Actor,
  documentId: string,
): Promise<NextVersion | undefined> {
  const record = await store.read.nextVersionOf({ userId, documentId });
  if (!record) return undefined;
  const { version, state, progress, error_code: code, error_message: message } = record;
  return {
    version,
    state: nextVersionShape.shape.state.parse(state),
    progress,
    ...(code !== null && { error: { code, message: message ?? '' } }),
  };
}
