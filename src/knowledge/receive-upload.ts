import { AppError } from '../errors.ts';
import { untilRefused } from '../http/until-refused.ts';
import type { ReceivedFile } from '../store/file-store.ts';
import { ParseError } from './ingest/parse-error.ts';
import { quickMediaType } from './ingest/quick-type.ts';
import type { KnowledgePorts } from './knowledge-ports.ts';
import { shownPath } from './name-document.ts';

export type UploadedBody = {
  /** As the person's machine names it, with the folders it stands in: shown, never used as a path. */
  filename: string;
  body: AsyncIterable<Uint8Array> | null;
  /** What the request announces, to refuse early. */
  announcedBytes?: number | undefined;
  signal?: AbortSignal | undefined;
};

/** A file that is durable, and what it is. */
export type UploadedFile = ReceivedFile & { filename: string; mediaType: string };

/** Gives work on a body the time an upload has, and breaks it off within seconds once `ask` refuses.
 *  @throws whatever `ask` does */
export async function whileUploading<Result>(
  ports: Pick<KnowledgePorts, 'uploadDeadlineMs'>,
  ask: () => Promise<unknown>,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  await ask();
  const refused = new AbortController();
  const deadline = AbortSignal.timeout(ports.uploadDeadlineMs);
  const both = AbortSignal.any([refused.signal, deadline, ...(signal ? [signal] : [])]);
  return untilRefused({ ask, refused }, () => work(both));
}

/** Receives a body whole and has it stored under a name. The bytes are durable before `store` is called; they are removed unless it says that
 *  something names them.
 *  @throws AppError bad_request, too_large, unsupported_media_type, store_unavailable */
export async function receiveUpload<Stored extends { isNamed: boolean }>(
  ports: Pick<KnowledgePorts, 'files' | 'maxDocumentBytes'>,
  input: UploadedBody,
  { check, store }: { check?: (file: UploadedFile) => Promise<void>; store: (file: UploadedFile) => Promise<Stored> },
): Promise<Stored> {
  const { files, maxDocumentBytes: maxBytes } = ports;
  if ((input.announcedBytes ?? 0) > maxBytes) {
    throw new AppError('too_large', { detail: `A document may have at most ${Math.floor(maxBytes / 2 ** 20)} MiB.` });
  }
  if (!input.body) throw asAppError(new ParseError('empty'));
  const received = await files.receive(input.body, { maxBytes, ...(input.signal && { signal: input.signal }) });
  let isUnnamed = true;
  try {
    const filename = shownPath(input.filename);
    const mediaType = await quickMediaType(files, received, filename).catch(refuse);
    const file = { ...received, filename, mediaType };
    await check?.(file).catch(refuse);
    // Without an answer of the store nobody knows whether it names the file: then the sweep decides.
    isUnnamed = false;
    const stored = await store(file);
    isUnnamed = !stored.isNamed;
    return stored;
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
