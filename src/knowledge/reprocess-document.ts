import { type Actor, byOf } from '../access/actor.ts';
import { type NextVersion, nextVersion as nextVersionShape } from '../contract/documents.ts';
import { AppError } from '../errors.ts';
import { newId } from '../ids.ts';
import { requireDocument } from './corpus-rights.ts';
import { documentKinds } from './ingest/document-kinds.ts';
import { priorityOf } from './ingest/quick-type.ts';
import type { KnowledgePorts } from './knowledge-ports.ts';

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
  if (!result) throw new AppError('gone');
  switch (result.outcome) {
    case 'reading':
      return result.version;
    case 'not_ready':
      throw new AppError('conflict', { detail: 'This document is not ready. One that failed can be retried.' });
    case 'archive':
      throw new AppError('conflict', { detail: 'An archive is not read again. Its files are documents of their own.' });
  }
}

/** What comes of a document's next version, as long as it is not the current one. */
export async function nextVersion(
  { store }: Pick<KnowledgePorts, 'store'>,
  documentId: string,
): Promise<NextVersion | undefined> {
  const record = await store.read.nextVersionOf({ documentId });
  if (!record) return undefined;
  const { version, state, progress, error_code: code, error_message: message } = record;
  return {
    version,
    state: nextVersionShape.shape.state.parse(state),
    progress,
    ...(code !== null && { error: { code, message: message ?? '' } }),
  };
}
