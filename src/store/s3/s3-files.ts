import { rm } from 'node:fs/promises';
import type { Clock } from '../../clock.ts';
import { AppError } from '../../errors.ts';
import type { FilesAddress } from '../../files-address.ts';
import type { FileStore } from '../file-store.ts';
import { checkedKey, sweepBatch } from '../files/file-keys.ts';
import { partsIn } from '../files/parts.ts';
import { toAppError } from '../files/receive-body.ts';
import type { Presence } from '../presence.ts';
import { listFiles, listUploads } from './list.ts';
import { bytesOf, findFile, OtherBytes, type StoredFile } from './read.ts';
import { openS3Client, type Pace, type S3Client, S3Refusal, S3Silence } from './s3-client.ts';
import { abortUpload, upload, uploadMs } from './upload.ts';

export type S3FilesOptions = {
  address: FilesAddress;
  clock: Clock;
  presence: Presence;
  /** Folder of this machine for what comes up, and for what is read to and fro, or once. */
  partsFolder: string;
  pace?: Partial<Pace>;
};

export type S3Files = FileStore & {
  /** Asks once, and briefly. */
  isReachable(): Promise<boolean>;
};

/** Who asks whether the store is there does not wait longer for it. */
const probeMs = 2_000;
/** The time of a file that went up in parts is when its first part did. */
const orphanAgeMs = 2 * uploadMs;

/** Originals in an S3-compatible store that all instances share. A body is on this machine until it has ended: only what is whole goes up,
 *  its hash is known before, and a try that failed is made again. */
export function openS3Files({ address, clock, presence, partsFolder, pace }: S3FilesOptions): S3Files {
  const client = openS3Client(address, clock, pace);
  const parts = partsIn(partsFolder, presence);

  const remove = (fileKey: string) => ours(client.ask({ method: 'DELETE', fileKey }).then(() => undefined, unlessGone));

  async function stored(fileKey: string): Promise<StoredFile> {
    const file = await ours(findFile(client, checkedKey(fileKey)));
    if (!file) throw unreadable();
    return file;
  }

  async function* pieces(file: StoredFile, upTo?: number): AsyncGenerator<Uint8Array> {
    const bytes = bytesOf(client, file, upTo === undefined ? {} : { upTo });
    for (;;) {
      const next = await ours(bytes.next());
      if (next.done) return;
      yield next.value;
    }
  }

  return {
    async receive(body, options) {
      const { path, ...received } = await parts.receive(body, options);
      try {
        await upload(client, { ...received, path }, options.signal);
        return received;
      } catch (error) {
        // It may have arrived all the same. What cannot be removed now, the sweep removes.
        await remove(received.fileKey).catch(() => undefined);
        throw options.signal?.aborted ? toAppError(error) : inOurWords(error);
      } finally {
        await rm(path, { force: true });
      }
    },
    async receiveForNow(body, options) {
      const { path } = await parts.receive(body, options);
      return { path, remove: () => rm(path, { force: true }) };
    },
    async read(fileKey) {
      const file = await stored(fileKey);
      const chunks = pieces(file);
      const stream = new ReadableStream<Uint8Array>({
        async pull(controller) {
          const { done, value } = await chunks.next();
          if (done) controller.close();
          else controller.enqueue(value);
        },
        async cancel() {
          await chunks.return(undefined);
        },
      });
      return { stream, bytes: file.bytes };
    },
    async head(fileKey, maxBytes) {
      const file = await stored(fileKey);
      const head = new Uint8Array(Math.min(maxBytes, file.bytes));
      let at = 0;
      for await (const piece of pieces(file, head.length)) {
        head.set(piece, at);
        at += piece.length;
      }
      return head;
    },
    async localCopy(fileKey, signal) {
      const file = await stored(fileKey);
      try {
        const { path } = await parts.receive(pieces(file), { maxBytes: file.bytes, ...(signal && { signal }) });
        return { path, release: () => rm(path, { force: true }) };
      } catch (error) {
        signal?.throwIfAborted();
        throw error;
      }
    },
    remove: async (fileKey) => remove(checkedKey(fileKey)),
    sweep: async (namedAmong) =>
      (await parts.sweep()) + (await ours(sweepUploads(client))) + (await ours(sweepUnnamed(client, namedAmong))),
    isReachable: () =>
      client.ask({ method: 'HEAD' }, { tries: 1, deadlineMs: probeMs }).then(
        () => true,
        () => false,
      ),
    close() {
      client.close();
      return Promise.resolve();
    },
  };
}

/** Of whichever instance: one that lives has ended its own long before. */
async function sweepUploads(client: S3Client): Promise<number> {
  const left = (await listUploads(client)).filter(({ ageMs }) => ageMs > orphanAgeMs);
  for (const each of left) await abortUpload(client, each);
  return left.length;
}

async function sweepUnnamed(
  client: S3Client,
  namedAmong: (fileKeys: string[]) => Promise<readonly string[]>,
): Promise<number> {
  let removed = 0;
  for await (const page of listFiles(client)) {
    const old = page.filter(({ ageMs }) => ageMs > orphanAgeMs).map(({ fileKey }) => fileKey);
    for (let from = 0; from < old.length; from += sweepBatch) {
      const keys = old.slice(from, from + sweepBatch);
      const named = new Set(await namedAmong(keys));
      for (const fileKey of keys) {
        if (named.has(fileKey)) continue;
        await client.ask({ method: 'DELETE', fileKey }).catch(unlessGone);
        removed += 1;
      }
    }
  }
  return removed;
}

function unlessGone(error: unknown): undefined {
  if (error instanceof S3Refusal && error.status === 404) return undefined;
  throw error;
}

async function ours<Value>(asked: Promise<Value>): Promise<Value> {
  try {
    return await asked;
  } catch (error) {
    throw inOurWords(error);
  }
}

/** A failure of the store of files in words for whoever waits; anything else as it is. */
function inOurWords(error: unknown): unknown {
  const isGone = error instanceof S3Refusal && error.status === 404;
  if (isGone || error instanceof OtherBytes) return unreadable(error);
  const isFailing = error instanceof S3Refusal || error instanceof S3Silence;
  if (!isFailing && !(error instanceof Error && error.name === 'TimeoutError')) return error;
  const detail = 'The files cannot be reached at the moment. Nothing was changed.';
  return new AppError('store_unavailable', { detail, retryAfterSeconds: 2, cause: error });
}

function unreadable(cause?: unknown): AppError {
  return new AppError('store_unavailable', { detail: 'The original file cannot be read.', cause });
}
