import type { Clock } from '../../clock.ts';
import { AppError } from '../../errors.ts';
import { FetchFault } from '../../http/fetch-fault.ts';
import { newId } from '../../ids.ts';
import type { Log } from '../../log.ts';
import type { ClaimedJob } from '../../store/commands/jobs.ts';
import type { FileStore, ReceivedFile } from '../../store/file-store.ts';
import type { Store } from '../../store/store.ts';
import { isArchiveFile } from '../ingest/archive-files.ts';
import { clearLeftovers } from '../ingest/clear-leftovers.ts';
import { ParseError } from '../ingest/parse-error.ts';
import { priorityOf, quickMediaType } from '../ingest/quick-type.ts';
import type { FetchPage } from './fetch-page.ts';
import { namesOfPage } from './name-page.ts';
import { PageFault } from './page-fault.ts';

export type FetchDocumentPorts = {
  store: Store;
  clock: Clock;
  log: Log;
  files: FileStore;
  fetchPage: FetchPage;
  maxDocumentBytes: number;
};

/** Gets the bytes of a claimed document from its web address and queues the reading of them. They are durable before the row that names them.
 *  @throws FetchFault, PageFault, ParseError; anything else when the machine is at fault; the signal's reason when aborted */
export async function fetchDocument(ports: FetchDocumentPorts, job: ClaimedJob, signal: AbortSignal): Promise<void> {
  const { store, clock, files, log } = ports;
  const hold = { jobId: job.jobId, fence: job.fence };
  const document = await store.write.startFetch({ hold, at: clock.now() });
  if (!document) return;
  if (document.hasLeftovers && !(await clearLeftovers(store, hold, signal))) return;
  const page = await ports.fetchPage(document.address, signal);
  const received = await receive(ports, page.body, signal);
  let unnamed: string | undefined = received.fileKey;
  try {
    if (received.bytes === 0) throw new PageFault('empty');
    const name = await nameByContent(files, received, namesOfPage(page.url, page.mediaType));
    const file = { fileKey: received.fileKey, mediaType: name.mediaType };
    if (document.isNext && (await isArchiveFile(files, file, signal))) throw new PageFault('archive');
    // Without an answer of the store nobody knows whether it names the file: then the sweep decides.
    unnamed = undefined;
    const stored = await store.write.storeFetched({
      hold,
      ...name,
      finalAddress: page.url.href,
      bytes: received.bytes,
      sha256: received.sha256,
      fileKey: received.fileKey,
      jobId: newId(),
      priority: priorityOf(received.bytes),
      at: clock.now(),
    });
    unnamed = stored?.outcome === 'stored' ? stored.replacedFileKey : received.fileKey;
    if (stored?.outcome === 'already_here') {
      throw new PageFault('already_here', `The corpus has the same content already, as “${stored.title}”.`);
    }
    if (stored?.outcome !== 'stored') return;
    log.info('page_fetched', { documentId: document.documentId, bytes: received.bytes });
  } finally {
    if (unnamed !== undefined) await files.remove(unnamed);
  }
}

async function receive(
  { files, maxDocumentBytes: maxBytes }: FetchDocumentPorts,
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<ReceivedFile> {
  try {
    return await files.receive(body, { maxBytes, signal });
  } catch (error) {
    // The file store tells a body that fails as one that stopped.
    throw error instanceof AppError && error.cause instanceof FetchFault ? error.cause : error;
  }
}

/** A name that promises what the content is not says nothing on the web: then the next is taken.
 *  @throws ParseError */
async function nameByContent(
  files: FileStore,
  file: ReceivedFile,
  [filename, plainName]: [string, string],
): Promise<{ filename: string; mediaType: string }> {
  try {
    return { filename, mediaType: await quickMediaType(files, file, filename) };
  } catch (error) {
    if (!(error instanceof ParseError) || error.code !== 'lying_type') throw error;
    return { filename: plainName, mediaType: await quickMediaType(files, file, plainName) };
  }
}
