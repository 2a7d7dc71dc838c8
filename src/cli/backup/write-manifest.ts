import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { hashFile, syncFolder } from './copy-file.ts';
import { databaseName, filesName, type Manifest, manifestName } from './manifest.ts';

/** Makes the copied database durable, for its owner alone. */
export async function describeDatabase(to: string): Promise<Manifest['database']> {
  const path = join(to, databaseName);
  const file = await open(path, 'r+');
  try {
    await file.chmod(0o600);
    await file.sync();
  } finally {
    await file.close();
  }
  return hashFile(path);
}

/** Last of all: without it there is no whole backup. */
export async function writeManifest(to: string, made: Manifest): Promise<void> {
  await syncFolder(join(to, filesName));
  const file = await open(join(to, manifestName), 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(made, undefined, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await syncFolder(to);
}
