import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { sha256 } from '../../ids.ts';
import type { ReceivedFile } from '../file-store.ts';
import { elementsIn, textIn, xmlText } from './elements.ts';
import type { S3Body, S3Client } from './s3-client.ts';
import { S3Refusal } from './s3-client.ts';

/** Bytes of one part; a file of more goes up in parts, so that a line that breaks costs one of them. S3 takes none below 5 MiB. */
export const partBytes = 8 * 2 ** 20;
/** For one part: 1.2 Mbit/s. */
const partMs = 60_000;
/** For a whole file. Nothing that goes up is older. */
export const uploadMs = 15 * 60_000;
/** A name that is in the answers of `HEAD`. */
export const shaHeader = 'x-amz-meta-sha256';

/** Sends a file of this machine, which is there under its key whole or not at all. The store compares what arrives with its hash.
 *  @throws as `S3Client.ask` */
export async function upload(
  client: S3Client,
  file: ReceivedFile & { path: string },
  signal?: AbortSignal,
): Promise<void> {
  const late = AbortSignal.timeout(uploadMs);
  const ended = signal ? AbortSignal.any([signal, late]) : late;
  if (file.bytes <= partBytes) await uploadAtOnce(client, file, ended);
  else await uploadInParts(client, file, ended);
}

async function uploadAtOnce(
  client: S3Client,
  { fileKey, path, bytes, sha256: hash }: ReceivedFile & { path: string },
  signal: AbortSignal,
): Promise<void> {
  const body: S3Body = { bytes, sha256: hash, open: () => createReadStream(path) };
  await client.ask({ method: 'PUT', fileKey, headers: { [shaHeader]: hash }, body }, { signal, deadlineMs: partMs });
}

async function uploadInParts(
  client: S3Client,
  file: ReceivedFile & { path: string },
  signal: AbortSignal,
): Promise<void> {
  const { fileKey, path, bytes } = file;
  const begun = await client.ask(
    { method: 'POST', fileKey, query: { uploads: '' }, headers: { [shaHeader]: file.sha256 } },
    { signal },
  );
  const uploadId = textIn(begun.body.toString('utf8'), 'UploadId');
  try {
    const tags: string[] = [];
    for (let start = 0; start < bytes; start += partBytes) {
      const range = { start, end: Math.min(start + partBytes, bytes) - 1 };
      const body: S3Body = {
        bytes: range.end - start + 1,
        sha256: await hashOf(path, range),
        open: () => createReadStream(path, range),
      };
      const query = { partNumber: String(tags.length + 1), uploadId };
      const { headers } = await client.ask({ method: 'PUT', fileKey, query, body }, { signal, deadlineMs: partMs });
      tags.push(headers.etag ?? '');
    }
    await complete(client, file, { uploadId, tags, signal });
  } catch (error) {
    // The signal has perhaps ended what was asked. What cannot be aborted now, the sweep aborts.
    await abortUpload(client, { fileKey, uploadId }).catch(() => undefined);
    throw error;
  }
}

async function hashOf(path: string, range: { start: number; end: number }): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, range) as AsyncIterable<Uint8Array>) hash.update(piece);
  return hash.digest('hex');
}

async function complete(
  client: S3Client,
  { fileKey, bytes }: ReceivedFile,
  { uploadId, tags, signal }: { uploadId: string; tags: readonly string[]; signal: AbortSignal },
): Promise<void> {
  const parts = tags.map((tag, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>${xmlText(tag)}</ETag></Part>`);
  const text = Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`);
  const body: S3Body = { bytes: text.length, sha256: sha256(text), open: () => Readable.from([text]) };
  try {
    const answer = await client.ask(
      { method: 'POST', fileKey, query: { uploadId }, body },
      { signal, deadlineMs: partMs },
    );
    // The store may answer 200 before it is done, and then say that it failed.
    const [failure] = elementsIn(answer.body.toString('utf8'), 'Error');
    if (failure !== undefined) throw new S3Refusal(500, textIn(failure, 'Code').slice(0, 64));
  } catch (error) {
    if (!(error instanceof S3Refusal) || error.code !== 'NoSuchUpload') throw error;
    // Asked again, because the first answer was lost.
    const { headers } = await client.ask({ method: 'HEAD', fileKey }, { signal });
    if (Number(headers['content-length']) !== bytes) throw error;
  }
}

/** One that is not there is aborted. */
export async function abortUpload(
  client: S3Client,
  { fileKey, uploadId }: { fileKey: string; uploadId: string },
): Promise<void> {
  try {
    await client.ask({ method: 'DELETE', fileKey, query: { uploadId } });
  } catch (error) {
    if (!(error instanceof S3Refusal) || error.status !== 404) throw error;
  }
}
