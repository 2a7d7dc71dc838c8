import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../clock.ts';
import type { MoveStore, StorePlace } from '../move-command.ts';
import { hashFile } from './copy-file.ts';
import { copyOthers } from './copy-others.ts';
import { BackupDamaged, BackupFailed } from './make-backup.ts';
import { databaseName, filesName, type Manifest } from './manifest.ts';
import { readManifest, type RestorePorts } from './restore-backup.ts';
import { describeDatabase, writeManifest } from './write-manifest.ts';

export type DatabaseBackupPorts = {
  moveStore: MoveStore;
  clock: Clock;
  tell(what: string, done: number, all: number): void;
};

/** Backs the store in a PostgreSQL database up, as the data directory it would be: one moment of it, with its originals.
 *  @param dataDir  of the server that runs here, for the anchors of its audit log and its settings
 *  @throws BackupFailed */
export async function backUpDatabase(
  ports: DatabaseBackupPorts,
  { source, dataDir, to }: { source: StorePlace; dataDir: string; to: string },
): Promise<Manifest> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  const others = await copyOthers(dataDir, to);
  const madeAt = ports.clock.now();
  await moved(ports.moveStore(source, { dataDir: to }, ports));
  const made: Manifest = {
    format: 1,
    made_at: madeAt,
    database: await describeDatabase(to),
    files: await filesIn(to),
    others,
  };
  await writeManifest(to, made);
  return made;
}

/** Copies a backup into an empty PostgreSQL database, one made there or of a data directory.
 *  @throws BackupFailed */
export async function restoreIntoDatabase(
  ports: DatabaseBackupPorts & Pick<RestorePorts, 'namedFilesIn'>,
  from: string,
  url: string,
): Promise<Manifest> {
  const said = await readManifest(from);
  if ((await hashFile(join(from, databaseName))).sha256 !== said.database.sha256) {
    throw new BackupDamaged(`${databaseName} of the backup has changed.`);
  }
  for (const { fileKey, sha256 } of ports.namedFilesIn(join(from, databaseName))) {
    const found = await hashFile(join(from, filesName, fileKey)).catch(() => undefined);
    if (found?.sha256 === sha256) continue;
    throw new BackupDamaged(`The original ${fileKey} of the backup is ${found ? 'another' : 'missing'}.`);
  }
  await moved(ports.moveStore({ dataDir: from }, { url }, ports));
  return said;
}

async function moved(moving: Promise<unknown>): Promise<void> {
  try {
    await moving;
  } catch (error) {
    throw new BackupFailed(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

async function filesIn(to: string): Promise<Manifest['files']> {
  const names = await readdir(join(to, filesName));
  let bytes = 0;
  for (const name of names) bytes += (await stat(join(to, filesName, name))).size;
  return { count: names.length, bytes };
}
