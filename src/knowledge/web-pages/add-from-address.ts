import { type Actor, byOf } from '../../access/actor.ts';
import { type DocumentState, documentState } from '../../contract/documents.ts';
import { AppError } from '../../errors.ts';
import { FetchFault } from '../../http/fetch-fault.ts';
import { type FetchPorts, parsePublicUrl } from '../../http/fetch-public.ts';
import { newId } from '../../ids.ts';
import { requireOpenCorpus } from '../corpus-rights.ts';
import type { KnowledgePorts } from '../knowledge-ports.ts';
import { namesOfPage, titleOfAddress } from './name-page.ts';

/** Takes a web address into a corpus: what stands there is fetched and read in the background. The same address again gives the document that
 *  is there; one that had failed is tried again.
 *  @throws AppError not_found, forbidden, corpus_archived, bad_request */
export async function addFromAddress(
  ports: Pick<KnowledgePorts, 'store' | 'clock' | 'fetchPorts'>,
  actor: Actor,
  input: { corpusId: string; url: string },
): Promise<{ documentId: string; state: DocumentState }> {
  await requireOpenCorpus(ports, actor, input.corpusId);
  const url = parsed(input.url, ports.fetchPorts);
  const added = await ports.store.write.addFromAddress({
    documentId: newId(),
    corpusId: input.corpusId,
    address: url.href,
    title: titleOfAddress(url),
    filename: namesOfPage(url)[0],
    createdBy: actor.userId,
    jobId: newId(),
    at: ports.clock.now(),
    by: byOf(actor),
  });
  if (added.outcome === 'not_found') throw new AppError('not_found');
  return { documentId: added.documentId, state: documentState.parse(added.state) };
}

function parsed(text: string, ports: FetchPorts): URL {
  try {
    return parsePublicUrl(text, ports);
  } catch (error) {
    if (error instanceof FetchFault) throw new AppError('bad_request', { detail: error.message, cause: error });
    throw error;
  }
}
