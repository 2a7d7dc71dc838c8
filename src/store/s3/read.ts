import { createHash } from 'node:crypto';
import { type S3Client, S3Refusal } from './s3-client.ts';
import { shaHeader } from './upload.ts';

export type StoredFile = { fileKey: string; bytes: number; sha256: string | undefined };

/** Bytes that are asked for at once: what a download holds in memory. */
const rangeBytes = 2 ** 20;

/** Thrown where the bytes are not those that were stored. */
export class OtherBytes extends Error {}

/** Undefined when there is none. @throws as `S3Client.ask` */
export async function findFile(client: S3Client, fileKey: string): Promise<StoredFile | undefined> {
  try {
    const { headers } = await client.ask({ method: 'HEAD', fileKey });
    const hash = headers[shaHeader];
    return { fileKey, bytes: Number(headers['content-length']), sha256: typeof hash === 'string' ? hash : undefined };
  } catch (error) {
    if (error instanceof S3Refusal && error.status === 404) return undefined;
    throw error;
  }
}

/** The bytes, some asked for whenever those before were taken, so that no connection waits for a slow reader and one that breaks is made
 *  again. All of a file are compared with its hash.
 *  @throws as `S3Client.ask`, OtherBytes */
export async function* bytesOf(
  client: S3Client,
  file: StoredFile,
  { upTo = file.bytes, signal }: { upTo?: number; signal?: AbortSignal | undefined } = {},
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for (let at = 0; at < upTo; ) {
    const asked = Math.min(rangeBytes, upTo - at);
    const range = `bytes=${at}-${at + asked - 1}`;
    const { body } = await client.ask(
      { method: 'GET', fileKey: file.fileKey, headers: { range } },
      { signal, maxBytes: asked },
    );
    if (body.length !== asked) throw new OtherBytes('a piece of another length');
    hash.update(body);
    at += asked;
    yield body;
  }
  if (upTo === file.bytes && file.sha256 !== undefined && hash.digest('hex') !== file.sha256) {
    throw new OtherBytes('another hash');
  }
}
