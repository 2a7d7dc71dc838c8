import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../clock.ts';
import type { FilesAddress } from '../../files-address.ts';
import type { FileSource, FileTarget } from '../moving/files.ts';
import { bytesOf, findFile, OtherBytes, type StoredFile } from './read.ts';
import { openS3Client, type S3Client, S3Refusal } from './s3-client.ts';
import { tryOutS3 } from './try-out.ts';
import { upload } from './upload.ts';

export function openS3FileSource(address: FilesAddress, clock: Clock): FileSource {
  const client = openS3Client(address, clock);
  return {
    async read(fileKey) {
      const file = await findFile(client, fileKey);
      return file && asFarAsItIsThere(client, file);
    },
    close: () => Promise.resolve(client.close()),
  };
}

/** Ends early when the file is removed while it is read, or is another: whoever reads compares it with its hash. */
async function* asFarAsItIsThere(client: S3Client, file: StoredFile): AsyncGenerator<Uint8Array> {
  try {
    yield* bytesOf(client, file);
  } catch (error) {
    const isGone = error instanceof S3Refusal && error.status === 404;
    if (!isGone && !(error instanceof OtherBytes)) throw error;
  }
}

/** @throws AppError when the store does not take files */
export async function openS3FileTarget(address: FilesAddress, clock: Clock): Promise<FileTarget> {
  await tryOutS3(address, clock);
  const client = openS3Client(address, clock);
  const folder = await mkdtemp(join(tmpdir(), 'perdure-moving-'));
  return {
    async has({ fileKey, bytes, sha256 }) {
      const found = await findFile(client, fileKey);
      return found?.bytes === bytes && found.sha256 === sha256;
    },
    async put(file, body) {
      const path = join(folder, file.fileKey);
      try {
        await pipeline(body, createWriteStream(path, { mode: 0o600 }));
        await upload(client, { ...file, path });
      } finally {
        await rm(path, { force: true });
      }
    },
    async close() {
      client.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
