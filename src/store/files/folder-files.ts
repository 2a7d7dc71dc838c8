import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Clock } from '../../clock.ts';
import { AppError } from '../../errors.ts';
import type { FileStore } from '../file-store.ts';
import type { Presence } from '../presence.ts';
import { checkedKey, isFileKey, orphanAgeMs, sweepBatch } from './file-keys.ts';
import { partsIn } from './parts.ts';
import { toAppError } from './receive-body.ts';

/** Originals in one folder, which all instances share. */
export function openFolderFiles(folder: string, { clock, presence }: { clock: Clock; presence: Presence }): FileStore {
  const parts = partsIn(folder, presence);
  const pathOf = (fileKey: string) => join(folder, checkedKey(fileKey));

  return {
    async receive(body, options) {
      const { path: part, ...received } = await parts.receive(body, options);
      const path = pathOf(received.fileKey);
      try {
        await sync(part);
        await rename(part, path);
        // A new name is durable only with its folder.
        await sync(folder);
      } catch (error) {
        await rm(part, { force: true });
        await rm(path, { force: true });
        throw toAppError(error);
      }
      return received;
    },
    async receiveForNow(body, options) {
      const { path } = await parts.receive(body, options);
      return { path, remove: () => rm(path, { force: true }) };
    },
    async read(fileKey) {
      const path = pathOf(fileKey);
      const bytes = await sizeOf(path);
      return { stream: Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>, bytes };
    },
    async head(fileKey, maxBytes) {
      const path = pathOf(fileKey);
      return readHead(path, Math.min(maxBytes, await sizeOf(path)));
    },
    async localCopy(fileKey) {
      const path = pathOf(fileKey);
      await sizeOf(path);
      return { path, release: () => Promise.resolve() };
    },
    remove: (fileKey) => rm(pathOf(fileKey), { force: true }),
    async sweep(namedAmong) {
      let removed = await parts.sweep();
      await mkdir(folder, { recursive: true });
      const found = (await readdir(folder)).filter(isFileKey);
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
    close: () => Promise.resolve(),
  };
}

/** @throws AppError store_unavailable when there is no file */
async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (cause) {
    throw new AppError('store_unavailable', { detail: 'The original file cannot be read.', cause });
  }
}

async function readHead(path: string, length: number): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await file.read(buffer, 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Of a file or a folder. */
async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
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
