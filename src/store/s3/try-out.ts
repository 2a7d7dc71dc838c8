import { Readable } from 'node:stream';
import type { Clock } from '../../clock.ts';
import { AppError } from '../../errors.ts';
import { type FilesAddress, nameOfFiles } from '../../files-address.ts';
import { newId, sha256 } from '../../ids.ts';
import { openS3Client, type Pace, S3Refusal } from './s3-client.ts';

/** Stores a file, reads it back and removes it, so that a start fails for what an upload would.
 *  @throws AppError store_unavailable, in one line that names what is wrong and no key */
export async function tryOutS3(address: FilesAddress, clock: Clock, pace?: Partial<Pace>): Promise<void> {
  const client = openS3Client(address, clock, pace);
  const fileKey = newId();
  const text = Buffer.from('Perdure tries out whether it may store files here.');
  try {
    const body = { bytes: text.length, sha256: sha256(text), open: () => Readable.from([text]) };
    await client.ask({ method: 'PUT', fileKey, body });
    const { body: found } = await client.ask({ method: 'GET', fileKey });
    if (!found.equals(text)) throw new Error('gives back another file than it was given');
    await client.ask({ method: 'DELETE', fileKey });
    await client.ask({ method: 'GET', query: { 'list-type': '2', 'max-keys': '1', prefix: address.prefix } });
  } catch (cause) {
    const detail = `PERDURE_FILES_URL: the store of files at ${nameOfFiles(address)} ${whatIsWrong(cause, address)}.`;
    throw new AppError('store_unavailable', { detail, cause });
  } finally {
    client.close();
  }
}

function whatIsWrong(error: unknown, { bucket, region }: FilesAddress): string {
  if (!(error instanceof S3Refusal)) {
    const why = error instanceof Error ? error.message.replace(/^the store of files /, '') : '';
    return why === '' ? 'cannot be reached' : why;
  }
  const { status, code } = error;
  const said = `(HTTP ${status}${code === '' ? '' : ` ${code}`})`;
  if (code === 'NoSuchBucket') return `has no bucket ${bucket} ${said}`;
  if (code === 'InvalidAccessKeyId') return `does not know the key ${said}`;
  if (code === 'SignatureDoesNotMatch') return `refuses the secret of the key ${said}`;
  if (code === 'RequestTimeTooSkewed') return `has another time than this machine ${said}`;
  if (status === 401 || status === 403) return `does not let the key store, read, remove and list files ${said}`;
  if ((status >= 300 && status < 400) || code === 'AuthorizationHeaderMalformed') {
    return `is elsewhere or in another region than ${region} ${said}`;
  }
  return `does not store files ${said}`;
}
