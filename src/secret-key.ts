import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from './errors.ts';
import { newId, newSecret } from './ids.ts';
import { createSealing, type Sealing } from './sealing.ts';
import type { Store } from './store/store.ts';

type Ports = { store: Store; clock: { now(): string } };

/** The key this installation seals with: the given secret, else `secret.key` in the data directory, which the first start makes. Of
 *  several processes that start at once all get one key.
 *  @throws AppError store_unavailable when the store holds something sealed and this is not its key: then no key is made, and nothing starts */
export async function openSealing(
  { store, clock }: Ports,
  { dataDir, secret }: { dataDir: string; secret: string | undefined },
): Promise<Sealing> {
  const keyInUse = await store.scan.sealingKeyInUse({});
  const known = secret ?? readSecretKey(dataDir);
  if (known === undefined && keyInUse !== undefined) throw wrongKey('The file secret.key is missing.');
  const sealing = createSealing(known ?? makeSecretKey(dataDir));
  if (keyInUse === sealing.keyId) return sealing;
  if ((await store.write.adoptSealingKey({ keyId: sealing.keyId, at: clock.now() })) === 'other_in_use') {
    throw wrongKey(`${secret === undefined ? 'The file secret.key' : 'PERDURE_SECRET'} is another key.`);
  }
  return sealing;
}

function wrongKey(what: string): AppError {
  return new AppError('store_unavailable', {
    detail: `${what} The store holds secrets that were encrypted with the key of this installation: put that secret.key back into the data directory, or set PERDURE_SECRET to what it was.`,
  });
}

/** The key in the data directory; undefined when there is none.
 *  @throws AppError store_unavailable when there is something else in its place */
export function readSecretKey(dataDir: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(pathIn(dataDir), 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw unreadable(error);
  }
  const key = /^([\w-]{43})\n?$/.exec(text)?.[1];
  if (key === undefined) throw unreadable();
  return key;
}

/** Makes the key, unless another process was faster: then it is the other's. It is whole under its name from the first moment, and on the disk. */
export function makeSecretKey(dataDir: string): string {
  const draft = `${pathIn(dataDir)}.${newId()}`;
  writeFileSync(draft, `${newSecret()}\n`, { mode: 0o600, flag: 'wx', flush: true });
  try {
    linkSync(draft, pathIn(dataDir));
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  const folder = openSync(dataDir, 'r');
  fsyncSync(folder);
  closeSync(folder);
  const key = readSecretKey(dataDir);
  if (key === undefined) throw unreadable();
  return key;
}

function pathIn(dataDir: string): string {
  return join(dataDir, 'secret.key');
}

function unreadable(cause?: unknown): AppError {
  return new AppError('store_unavailable', {
    cause,
    detail: 'The file secret.key in the data directory cannot be read as a key. Put the one of a backup in its place.',
  });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
