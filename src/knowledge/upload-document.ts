import { open } from 'node:fs/promises';
import { type Actor, byOf } from '../access/actor.ts';
import type { By } from '../contract/audit.ts';
import { type DocumentState, documentState } from '../contract/documents.ts';
import { AppError } from '../errors.ts';
import { untilRefused } from '../http/until-refused.ts';
import { newId } from '../ids.ts';
import { requireCorpus } from './corpus-rights.ts';
import type { ReceivedFile } from './file-store.ts';
import { detectType } from './ingest/detect-type.ts';
import { documentKinds } from './ingest/document-kinds.ts';
import { ParseError } from './ingest/parse-error.ts';
import type { KnowledgePorts } from './knowledge-ports.ts';

type Ports = Pick<KnowledgePorts, 'store' | 'clock' | 'files' | 'maxDocumentBytes'>;

export type UploadInput = {
  corpusId: string;
  /** As the person's machine names it: shown, never used as a path. */
  filename: string;
  body: AsyncIterable<Uint8Array> | null;
  /** What the request announces, to refuse early. */
  announcedBytes?: number | undefined;
  signal?: AbortSignal | undefined;
};

export type UploadResult = { documentId: string; state: DocumentState; outcome: 'added' | 'already_here' };

/** Takes a file into a corpus. The bytes are durable before the row that names them, and the row before this resolves. The same bytes
 *  again give the document that is there; one that had failed is tried again. Breaks off within seconds once the actor may not curate the
 *  corpus any more.
 *  @throws AppError not_found, forbidden, bad_request, too_large, unsupported_media_type, store_unavailable */
export async function uploadDocument(
  ports: Ports & Pick<KnowledgePorts, 'uploadDeadlineMs'>,
  actor: Actor,
  input: UploadInput,
): Promise<UploadResult> {
  const ask = () => requireCorpus(ports, actor, input.corpusId, 'corpus.curate');
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
  let isKept = false;
  try {
    const filename = shownName(input.filename);
    const mediaType = await quickMediaType(received, filename);
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
    if (added.outcome === 'not_found') throw new AppError('not_found');
    isKept = added.outcome === 'added';
    return { documentId: added.documentId, state: documentState.parse(added.state), outcome: added.outcome };
  } finally {
    if (!isKept) await files.remove(received.fileKey);
  }
}

/** A file up to this size is looked at whole, which takes about a millisecond. */
const quickBytes = 1024 * 1024;
const headBytes = 64 * 1024;
const zipStart = Buffer.from([0x50, 0x4b, 0x03, 0x04]);
const undecided = 'application/octet-stream';

/** The media type by content where that is cheap to say; what cannot be told from the beginning of a large file is told by the parser.
 *  @throws AppError bad_request for an empty file, unsupported_media_type */
async function quickMediaType(received: ReceivedFile, filename: string): Promise<string> {
  const isWhole = received.bytes <= quickBytes;
  const bytes = await readHead(received.path, isWhole ? received.bytes : headBytes);
  if (!isWhole && bytes.subarray(0, zipStart.length).equals(zipStart)) return undecided;
  try {
    return documentKinds[(await detectType(bytes, filename)).kind].mediaType;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    // A character cut in the middle at the end of the head is no fault of the file.
    if (!isWhole && error.code === 'bad_encoding') return undecided;
    throw asAppError(error);
  }
}

async function readHead(path: string, length: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await file.read(buffer, 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function asAppError(error: ParseError): AppError {
  const code = error.code === 'empty' ? 'bad_request' : 'unsupported_media_type';
  return new AppError(code, { detail: error.message, cause: error });
}

const maxNameLength = 200;

/** The last part of a path, without control characters and marks that turn the reading direction. */
function shownName(filename: string): string {
  const name = (filename.split(/[/\\]/).at(-1) ?? '').replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '').trim();
  if (name === '' || name === '.' || name === '..') return 'document';
  if (name.length <= maxNameLength) return name.toWellFormed();
  const extension = /\.[A-Za-z0-9]{1,8}$/.exec(name)?.[0] ?? '';
  return (name.slice(0, maxNameLength - extension.length) + extension).toWellFormed();
}

function titleOf(filename: string): string {
  return (
    filename
      .replace(/\.[A-Za-z0-9]{1,8}$/, '')
      .replaceAll(/[_\s]+/g, ' ')
      .trim() || filename
  );
}

/** What the product brings itself waits behind every upload of a person. */
const ownPriority = 100;

/** Small files first: one step for each doubling above 16 KiB. */
export function priorityOf(bytes: number): number {
  return Math.max(0, Math.ceil(Math.log2(Math.max(1, bytes) / 16_384)));
}
