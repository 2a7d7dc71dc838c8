import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { copyFile, syncFolder } from './copy-file.ts';
import { BackupFailed } from './make-backup.ts';
import { databaseName, filesName, type Manifest, manifest, manifestName } from './manifest.ts';

/** Reads what a backup says of itself.
 *  @throws BackupFailed */
export async function readManifest(from: string): Promise<Manifest> {
  const text = await readFile(join(from, manifestName), 'utf8').catch(() => undefined);
  if (text === undefined) throw new BackupFailed(`There is no whole backup in ${from}: ${manifestName} is missing.`);
  const read = manifest.safeParse(parsed(text));
  if (!read.success) throw new BackupFailed(`${manifestName} in ${from} cannot be read by this version.`);
  return read.data;
}

/** Copies a backup into a data directory, which is there whole or not at all: it is made beside and renamed.
 *  @throws BackupFailed when the copy is not what the backup says */
export async function restoreBackup(
  from: string,
  dataDir: string,
  tell: (what: string, done: number, all: number) => void,
): Promise<Manifest> {
  const said = await readManifest(from);
  const draft = `${dataDir}.restoring`;
  await mkdir(dirname(dataDir), { recursive: true });
  await mkdir(draft, { mode: 0o700 }).catch(() => {
    throw new BackupFailed(`${draft} is left of an earlier attempt: remove it first.`);
  });
  try {
    await fill(draft, { from, said, tell });
    await rename(draft, dataDir);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
  await syncFolder(dirname(dataDir));
  return said;
}

type Filling = { from: string; said: Manifest; tell(what: string, done: number, all: number): void };

async function fill(draft: string, { from, said, tell }: Filling): Promise<void> {
  await mkdir(join(draft, filesName), { mode: 0o700 });
  tell('database', 0, 1);
  const database = await copyFile(join(from, databaseName), join(draft, databaseName));
  if (database?.sha256 !== said.database.sha256) throw new BackupFailed(`${databaseName} of the backup has changed.`);
  tell('database', 1, 1);
  const names = await readdir(join(from, filesName));
  let bytes = 0;
  for (const [i, name] of names.entries()) {
    tell('originals', i, names.length);
    bytes += (await copyFile(join(from, filesName, name), join(draft, filesName, name)))?.bytes ?? 0;
  }
  tell('originals', names.length, names.length);
  if (names.length !== said.files.count || bytes !== said.files.bytes) {
    throw new BackupFailed(`The originals of the backup are not those it was made with.`);
  }
  for (const name of said.others) await copyFile(join(from, name), join(draft, name));
  await syncFolder(join(draft, filesName));
  await syncFolder(draft);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
