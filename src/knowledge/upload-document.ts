import { type Actor, byOf } from '../access/actor.ts';
import type { By } from '../contract/audit.ts';
import { type DocumentState, documentState } from '../contract/documents.ts';
import { AppError } from '../errors.ts';
import { untilRefused } from '../http/until-refused.ts';
import { newId } from '../ids.ts';
import { requireOpenCorpus } from './corpus-rights.ts';
import { ParseError } from './ingest/parse-error.ts';
import { priorityOf, quickMediaType } from './ingest/quick-type.ts';
import type { KnowledgePorts } from './knowledge-ports.ts';
import { shownPath, titleOf } from './name-document.ts';

type Ports = Pick<KnowledgePorts, 'store' | 'clock' | 'files' | 'maxDocumentBytes'>;

export type UploadInput = {
  corpusId: string;
  /** As the person's machine names it, with the folders it stands in: shown, never used as a path. */
  filename: string;
  body: AsyncIterable<Uint8Array> | null;
  /** What the request announces, to refuse early. */
  announcedBytes?: number | undefined;
  signal?: AbortSignal | undefined;
};

export type UploadResult = { documentId: string; state: DocumentState; outcome: 'added' | 'already_here' };

/** Takes a file into a corpus. The bytes are durable before the row that names them, and the row before this resolves. The same bytes
 *  again give the document that is there; one that had failed is tried again. Breaks off within seconds once the actor may not add to the
 *  corpus any more.
 *  @throws AppError not_found, forbidden, corpus_archived, bad_request, too_large, unsupported_media_type, store_unavailable */
export async function uploadDocument(
  ports: Ports & Pick<KnowledgePorts, 'uploadDeadlineMs'>,
  actor: Actor,
  input: UploadInput,
): Promise<UploadResult> {
  const ask = () => requireOpenCorpus(ports, actor, input.corpusId);
  await ask();
  const refused = new AbortController();
  const signal = AbortSignal.any([
    refused.signal,
    AbortSignal.timeout(ports.uploadDeadlineMs),
    ...(input.signal ? [input.signal] : []),
  ]);
  return untilRefused({ ask, refused }, () => takeIn(ports, byOf(actor), { ...input, signal }));
}

/** `uploadDocument` without a person's rights: what the product imports itself. */
export async function takeIn(ports: Ports, by: By, input: UploadInput): Promise<UploadResult> {
  const { files, maxDocumentBytes: maxBytes } = ports;
  if ((input.announcedBytes ?? 0) > maxBytes) {
    throw new AppError('too_large', { detail: `A document may have at most ${Math.floor(maxBytes / 2 ** 20)} MiB.` });
  }
  if (!input.body) throw asAppError(new ParseError('empty'));
  const received = await files.receive(input.body, { maxBytes, ...(input.signal && { signal: input.signal }) });
  let isUnnamed = true;
  try {
    const filename = shownPath(input.filename);
    const mediaType = await quickMediaType(received, filename).catch(refuse);
    // Without an answer of the store nobody knows whether it names the file: then the sweep decides.
    isUnnamed = false;
    const added = await ports.store.write.addDocument({
      documentId: newId(),
      corpusId: input.corpusId,
      title: titleOf(filename),
      filename,
      mediaType,
      bytes: received.bytes,
      sha256: received.sha256,
      fileKey: received.fileKey,
      createdBy: by.userId,
      jobId: newId(),
      priority: priorityOf(received.bytes) + (by.userId === null ? ownPriority : 0),
      at: ports.clock.now(),
      by,
    });
    isUnnamed = added.outcome !== 'added';
    if (added.outcome === 'not_found') throw new AppError('not_found');
    return { documentId: added.documentId, state: documentState.parse(added.state), outcome: added.outcome };
  } finally {
    if (isUnnamed) await files.remove(received.fileKey);
  }
}

function refuse(error: unknown): never {
  throw error instanceof ParseError ? asAppError(error) : error;
}

function asAppError(error: ParseError): AppError {
  const code = error.code === 'empty' ? 'bad_request' : 'unsupported_media_type';
  return new AppError(code, { detail: error.message, cause: error });
}

/** What the product brings itself waits behind every upload of a person. */
const ownPriority = 100;
