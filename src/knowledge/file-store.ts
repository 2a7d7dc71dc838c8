import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import { newId } from '../ids.ts';
import type { Presence } from '../store/presence.ts';

/** A body that has arrived whole and is durable, under a name nobody refers to yet. */
export type ReceivedFile = { fileKey: string; bytes: number; sha256: string; path: string };

/** A body on the disk for as long as it is read. */
export type PassingFile = { path: string; remove(): Promise<void> };

export type ReceiveOptions = { maxBytes: number; idleMs?: number; signal?: AbortSignal };

/** Originals in one folder, under names made here: nothing a user sends becomes a path. */
export type FileStore = {
  /** Streams a body to disk and syncs it. Whatever goes wrong, nothing is left.
   *  @throws AppError too_large, bad_request (the body stopped), store_unavailable (the disk is full or failing) */
  receive(body: AsyncIterable<Uint8Array>, options: ReceiveOptions): Promise<ReceivedFile>;
  /** The same for a body that is read once and removed: it never gets a name of its own, and goes with the process that received it.
   *  @throws as `receive` */
  receiveForNow(body: AsyncIterable<Uint8Array>, options: ReceiveOptions): Promise<PassingFile>;
  pathOf(fileKey: string): string;
  /** The stored bytes. @throws AppError store_unavailable when the file is not there */
  read(fileKey: string): Promise<{ stream: ReadableStream<Uint8Array>; bytes: number }>;
  remove(fileKey: string): Promise<void>;
  /** Removes what killed processes left: unfinished uploads of instances that are gone, and whole ones that no document names after
   *  two minutes.
   *  @returns how many */
  sweep(namedAmong: (fileKeys: string[]) => Promise<readonly string[]>): Promise<number>;
};

/** A body that stays silent this long is given up. */
const defaultIdleMs = 60_000;
/** Longer than any upload waits between its last byte and its row. */
const orphanAgeMs = 2 * 60_000;
const sweepBatch = 500;
const keyPattern = /^[0-9a-f-]{36}$/;
/** An upload under way: its key and the instance that receives it. */
const partPattern = /^[0-9a-f-]{36}\.([0-9a-f-]{36})\.part$/;

export function openFileStore(folder: string, ports: { clock: Clock; presence: Presence }): FileStore {
  const { clock, presence } = ports;
  const pathOf = (fileKey: string) => {
    if (!keyPattern.test(fileKey)) throw new Error('a file key that was not made here');
    return join(folder, fileKey);
  };

  async function receivePart(body: AsyncIterable<Uint8Array>, options: ReceiveOptions) {
    const { maxBytes, idleMs = defaultIdleMs, signal } = options;
    await mkdir(folder, { recursive: true });
    const fileKey = newId();
    const part = join(folder, `${fileKey}.${presence.instanceId}.part`);
    const hash = createHash('sha256');
    let bytes = 0;
    try {
      const file = await open(part, 'wx', 0o600);
      try {
        for await (const chunk of paced(body, { idleMs, signal })) {
          bytes += chunk.length;
          if (bytes > maxBytes) throw tooLarge(maxBytes);
          hash.update(chunk);
          await writeAll(file, chunk);
        }
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      await rm(part, { force: true });
      throw toAppError(error);
    }
    return { fileKey, part, bytes, sha256: hash.digest('hex') };
  }

  return {
    async receive(body, options) {
      const { part, ...received } = await receivePart(body, options);
      const path = pathOf(received.fileKey);
      try {
        await rename(part, path);
        await syncFolder(folder);
      } catch (error) {
        await rm(part, { force: true });
        await rm(path, { force: true });
        throw toAppError(error);
      }
      return { ...received, path };
    },
    async receiveForNow(body, options) {
      const { part } = await receivePart(body, options);
      return { path: part, remove: () => rm(part, { force: true }) };
    },
    pathOf,
    async read(fileKey) {
      const path = pathOf(fileKey);
      try {
        const { size } = await stat(path);
        return { stream: Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>, bytes: size };
      } catch (cause) {
        throw new AppError('store_unavailable', { detail: 'The original file cannot be read.', cause });
      }
    },
    remove: (fileKey) => rm(pathOf(fileKey), { force: true }),
    async sweep(namedAmong) {
      await mkdir(folder, { recursive: true });
      const names = await readdir(folder);
      let removed = await removeParts(folder, names, presence);
      const found = names.filter((name) => keyPattern.test(name));
      for (let from = 0; from < found.length; from += sweepBatch) {
        const keys = found.slice(from, from + sweepBatch);
        const old = await olderThan(keys.map(pathOf), clock.nowMs() - orphanAgeMs);
        const named = new Set(await namedAmong(keys));
        for (const key of keys) {
          if (named.has(key) || !old.has(pathOf(key))) continue;
          await rm(pathOf(key), { force: true });
          removed += 1;
        }
      }
      return removed;
    },
  };
}

/** Removes unfinished uploads whose instance is gone. */
async function removeParts(folder: string, names: readonly string[], presence: Presence): Promise<number> {
  const owners = new Map(names.flatMap((name) => (partPattern.test(name) ? [[name, name.split('.')[1] ?? '']] : [])));
  const others = new Set([...owners.values()].filter((owner) => owner !== presence.instanceId));
  const gone = new Set(await presence.goneAmong([...others]));
  const left = [...owners].filter(([, owner]) => gone.has(owner));
  for (const [name] of left) await rm(join(folder, name), { force: true });
  return left.length;
}

/** Gives up on a body that is silent for too long or whose caller left. */
async function* paced(
  body: AsyncIterable<Uint8Array>,
  options: { idleMs: number; signal?: AbortSignal | undefined },
): AsyncGenerator<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  // Rejected with nobody waiting, it would be reported as unhandled.
  stopped.catch(() => {});
  const stop = () => reject(new AppError('bad_request', { detail: 'The upload stopped before it was complete.' }));
  options.signal?.addEventListener('abort', stop, { once: true });
  if (options.signal?.aborted) stop();
  try {
    for (;;) {
      const timer = setTimeout(stop, options.idleMs);
      try {
        const next = await Promise.race([iterator.next(), stopped]);
        if (next.done) return;
        yield next.value;
      } finally {
        clearTimeout(timer);
      }
    }
  } catch (error) {
    void iterator.return?.().catch(() => {});
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', stop);
  }
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length; ) at += (await file.write(chunk, at)).bytesWritten;
}

/** A new name is durable only with its folder. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function olderThan(paths: string[], beforeMs: number): Promise<Set<string>> {
  const old = new Set<string>();
  for (const path of paths) {
    const facts = await stat(path).catch(() => undefined);
    if (facts && facts.mtimeMs < beforeMs) old.add(path);
  }
  return old;
}

function tooLarge(maxBytes: number): AppError {
  const megabytes = Math.floor(maxBytes / 1024 / 1024);
  const limit = megabytes > 0 ? `${megabytes} MiB` : `${maxBytes} bytes`;
  return new AppError('too_large', { detail: `A document may have at most ${limit}.` });
}

const diskCodes = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EACCES', 'EMFILE', 'ENFILE']);

function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (diskCodes.has(code)) {
    const detail =
      code === 'ENOSPC' || code === 'EDQUOT' ? 'The server’s disk is full. Nothing was stored.' : undefined;
    return new AppError('store_unavailable', { ...(detail !== undefined && { detail }), cause: error });
  }
  return new AppError('bad_request', { detail: 'The upload stopped before it was complete.', cause: error });
}
