import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir } from 'node:fs/promises';

/** Copies a file for its owner alone, and has it on the disk when this resolves.
 *  @returns its size and SHA-256; undefined when there is nothing to copy */
export async function copyFile(from: string, to: string): Promise<{ bytes: number; sha256: string } | undefined> {
  const source = await open(from, 'r').catch(unlessMissing);
  if (!source) return undefined;
  try {
    return await copyBody(source.createReadStream({ autoClose: false }) as AsyncIterable<Uint8Array>, to);
  } finally {
    await source.close();
  }
}

/** The same with what is read from elsewhere. */
export async function copyBody(
  body: AsyncIterable<Uint8Array>,
  to: string,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  const target = await open(to, 'wx', 0o600);
  try {
    for await (const chunk of body) {
      hash.update(chunk);
      for (let at = 0; at < chunk.length; ) at += (await target.write(chunk, at)).bytesWritten;
      bytes += chunk.length;
    }
    await target.sync();
  } finally {
    await target.close();
  }
  return { bytes, sha256: hash.digest('hex') };
}

export async function hashFile(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Names in a folder are durable only once the folder is. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Whether there is nothing in the folder, or no folder. */
export async function isEmpty(path: string): Promise<boolean> {
  return ((await readdir(path).catch(unlessMissing)) ?? []).length === 0;
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
