import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../clock.ts';
import type { StorePlace } from '../move-command.ts';
import { copyBody, copyFile } from './copy-file.ts';
import { copyOthers } from './copy-others.ts';
import { databaseName, filesName, type Manifest } from './manifest.ts';
import { describeDatabase, writeManifest } from './write-manifest.ts';

/** An original that a store names. */
export type NamedFile = { fileKey: string; bytes: number; sha256: string };

export type BackupPorts = {
  /** Copies one moment of a database, see store/sqlite/copy-database.ts. */
  copyDatabase(from: string, to: string, tell: (done: number, all: number) => void): Promise<NamedFile[]>;
  /** Where the originals of a store are read, when that is not its data directory. */
  openFileSource(place: StorePlace, clock: Clock): Promise<Originals>;
  clock: Clock;
  tell(what: string, done: number, all: number): void;
};

export type Originals = {
  /** Undefined when there is none. */
  read(fileKey: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  close(): Promise<void>;
};

/** Why there is no backup, in a sentence. */
export class BackupFailed extends Error {}

/** The backup itself is not as it was made. */
export class BackupDamaged extends BackupFailed {}

/** A document that is deleted for good while its original is copied is missing in this copy and not in the next. */
const tries = 3;

/** Backs a data directory up while servers run on it, into an empty folder; its originals from an S3-compatible store where they are in one. What it holds is one moment of the database with every original that
 *  the copy names, each as long and with the hash that the copy says.
 *  @throws BackupFailed */
export async function makeBackup(
  ports: BackupPorts,
  source: { dataDir: string } & StorePlace,
  to: string,
): Promise<Manifest> {
  const originals = source.s3 && (await ports.openFileSource(source, ports.clock));
  try {
    return await backUp(ports, { dataDir: source.dataDir, to, originals });
  } finally {
    await originals?.close();
  }
}

type Places = { dataDir: string; to: string; originals: Originals | undefined };

async function backUp(ports: BackupPorts, { dataDir, to, originals }: Places): Promise<Manifest> {
  await mkdir(join(to, filesName), { recursive: true, mode: 0o700 });
  const others = await copyOthers(dataDir, to);
  const present = new Map<string, number>();
  for (let left = tries; ; left--) {
    const madeAt = ports.clock.now();
    await rm(join(to, databaseName), { force: true });
    const named = await ports.copyDatabase(join(dataDir, databaseName), join(to, databaseName), (done, all) =>
      ports.tell('database', done, all),
    );
    const missing = await copyOriginals(ports, { dataDir, to, originals, named, present });
    if (missing.length > 0 && left > 1) continue;
    if (missing.length > 0)
      throw new BackupFailed(`${missing.length} originals are missing or changed: ${missing[0]}.`);
    await removeOthers(join(to, filesName), new Set(named.map(({ fileKey }) => fileKey)));
    const made: Manifest = {
      format: 1,
      made_at: madeAt,
      database: await describeDatabase(to),
      files: { count: named.length, bytes: named.reduce((sum, { bytes }) => sum + bytes, 0) },
      others,
    };
    await writeManifest(to, made);
    return made;
  }
}

type Copying = Places & { named: readonly NamedFile[]; present: Map<string, number> };

/** Copies what is not there yet; gives, in words, what is not as the database says. */
async function copyOriginals(ports: BackupPorts, copying: Copying): Promise<string[]> {
  const { dataDir, to, originals, named, present } = copying;
  const missing: string[] = [];
  const whereNot = originals ? 'is not in the store of files' : 'is not in files/';
  for (const [i, { fileKey, bytes, sha256 }] of named.entries()) {
    ports.tell('originals', i, named.length);
    if (present.has(fileKey)) continue;
    const target = join(to, filesName, fileKey);
    const body = await originals?.read(fileKey);
    const copied = originals
      ? body && (await copyBody(body, target))
      : await copyFile(join(dataDir, filesName, fileKey), target);
    if (copied?.sha256 === sha256 && copied.bytes === bytes) {
      present.set(fileKey, bytes);
      continue;
    }
    await rm(target, { force: true });
    missing.push(`${fileKey} ${copied ? 'is not the file that was uploaded' : whereNot}`);
  }
  ports.tell('originals', named.length, named.length);
  return missing;
}

/** Removes what an earlier try copied and the last does not name. */
async function removeOthers(folder: string, named: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(folder)) if (!named.has(name)) await rm(join(folder, name));
}
