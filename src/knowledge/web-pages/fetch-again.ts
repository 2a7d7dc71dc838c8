import { type Actor, byOf } from '../../access/actor.ts';
import { AppError } from '../../errors.ts';
import { newId } from '../../ids.ts';
import { requireOpenDocument } from '../corpus-rights.ts';
import { documentKinds } from '../ingest/document-kinds.ts';
import type { KnowledgePorts } from '../knowledge-ports.ts';
import { notRenewable } from '../not-renewable.ts';

/** Has a document that is ready fetched again from its web address. Other bytes are read as its next version; the same leave a note of when that
 *  was found. While it is fetched or read, asking again changes nothing.
 *  @returns the version that is being fetched or read
 *  @throws AppError not_found, gone, forbidden, corpus_archived; conflict for one that is not ready, an archive, or not from an address */
export async function fetchAgain(
  ports: Pick<KnowledgePorts, 'store' | 'clock'>,
  actor: Actor,
  documentId: string,
): Promise<number> {
  await requireOpenDocument(ports, actor, documentId);
  const result = await ports.store.write.fetchAgain({
    documentId,
    archiveType: documentKinds.zip.mediaType,
    jobId: newId(),
    at: ports.clock.now(),
    by: byOf(actor),
  });
  if (result.outcome === 'no_address') {
    throw new AppError('conflict', { detail: 'This document does not come from a web address.' });
  }
  if (result.outcome !== 'reading') throw notRenewable(result);
  return result.version;
}
