import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { copyFile, syncFolder } from './copy-file.ts';
import { BackupDamaged, BackupFailed, type NamedFile } from './make-backup.ts';
import { databaseName, filesName, type Manifest, manifest, manifestName } from './manifest.ts';

/** Reads what a backup says of itself.
 *  @throws BackupFailed */
export async function readManifest(from: string): Promise<Manifest> {
  const text = await readFile(join(from, manifestName), 'utf8').catch(() => undefined);
  if (text === undefined) throw new BackupDamaged(`There is no whole backup in ${from}: ${manifestName} is missing.`);
  const read = manifest.safeParse(parsed(text));
  if (!read.success) throw new BackupDamaged(`${manifestName} in ${from} cannot be read by this version.`);
  return read.data;
}

export type RestorePorts = {
  /** The originals that a database names, see store/sqlite/copy-database.ts. */
  namedFilesIn(path: string): NamedFile[];
  tell(what: string, done: number, all: number): void;
};

/** Copies a backup into a data directory, which is there whole or not at all: it is made beside and renamed.
 *  @throws BackupFailed when the copy is not what the backup says */
export async function restoreBackup(ports: RestorePorts, from: string, dataDir: string): Promise<Manifest> {
  const said = await readManifest(from);
  const draft = `${dataDir}.restoring`;
  await mkdir(dirname(dataDir), { recursive: true });
  await mkdir(draft, { mode: 0o700 }).catch(() => {
    throw new BackupFailed(`${draft} is left of an earlier attempt: remove it first.`);
  });
  try {
    await fill(ports, draft, { from, said });
    await rename(draft, dataDir);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
  await syncFolder(dirname(dataDir));
  return said;
}

async function fill(
  { namedFilesIn, tell }: RestorePorts,
  draft: string,
  { from, said }: { from: string; said: Manifest },
): Promise<void> {
  await mkdir(join(draft, filesName), { mode: 0o700 });
  tell('database', 0, 1);
  const database = await copyFile(join(from, databaseName), join(draft, databaseName));
  if (database?.sha256 !== said.database.sha256) throw new BackupDamaged(`${databaseName} of the backup has changed.`);
  tell('database', 1, 1);
  const named = namedFilesIn(join(draft, databaseName));
  for (const [i, { fileKey, bytes, sha256 }] of named.entries()) {
    tell('originals', i, named.length);
    const copied = await copyFile(join(from, filesName, fileKey), join(draft, filesName, fileKey));
    if (copied?.bytes !== bytes || copied.sha256 !== sha256) {
      throw new BackupDamaged(`The original ${fileKey} of the backup is ${copied ? 'another' : 'missing'}.`);
    }
  }
  tell('originals', named.length, named.length);
  for (const { name, sha256 } of said.others) {
    const copied = await copyFile(join(from, name), join(draft, name));
    if (copied?.sha256 !== sha256) throw new BackupDamaged(`${name} of the backup has changed.`);
  }
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
