import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileSource, FileTarget } from './files.ts';

export function openFolderSource(folder: string): FileSource {
  return {
    async read(fileKey) {
      const path = join(folder, fileKey);
      const isThere = await stat(path).then(
        () => true,
        () => false,
      );
      return isThere ? createReadStream(path) : undefined;
    },
    close: () => Promise.resolve(),
  };
}

export async function openFolderTarget(folder: string): Promise<FileTarget> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    async has({ fileKey, bytes, sha256 }) {
      const path = join(folder, fileKey);
      const facts = await stat(path).catch(() => undefined);
      if (facts?.size !== bytes) return false;
      const hash = createHash('sha256');
      for await (const piece of createReadStream(path) as AsyncIterable<Uint8Array>) hash.update(piece);
      return hash.digest('hex') === sha256;
    },
    async put({ fileKey }, body) {
      const draft = join(folder, `${fileKey}.moving`);
      try {
        const file = await open(draft, 'w', 0o600);
        try {
          for await (const piece of body) {
            for (let at = 0; at < piece.length; ) at += (await file.write(piece, at)).bytesWritten;
          }
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(draft, join(folder, fileKey));
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
    },
    async close() {
      const handle = await open(folder, 'r');
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    },
  };
}
