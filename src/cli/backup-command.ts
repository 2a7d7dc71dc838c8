import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isEmpty } from './backup/copy-file.ts';
import { backUpDatabase, restoreIntoDatabase } from './backup/database-backup.ts';
import { BackupDamaged, BackupFailed, type BackupPorts, makeBackup } from './backup/make-backup.ts';
import type { Manifest } from './backup/manifest.ts';
import { type Checked, type NotePorts, noteInSource, noteRestored } from './backup/note-check.ts';
import { readManifest, type RestorePorts, restoreBackup } from './backup/restore-backup.ts';
import { filesOption } from './files-option.ts';
import { UsageError } from './usage-error.ts';
import type { MoveCommandPorts, StorePlace } from './move-command.ts';
import { addressOf, type Verdict, verifyDatabase, verifyDirectory } from './verify-command.ts';

export type BackupCommandPorts = MoveCommandPorts &
  Pick<NotePorts, 'noteBackup'> &
  Pick<RestorePorts, 'namedFilesIn'> &
  Pick<BackupPorts, 'copyDatabase' | 'openFileSource'>;

const backupHelp = `perdure backup --to DIR [--data-dir DIR] [--database URL] [--files URL]

Copies a store while servers run on it, and verifies the copy. DIR must be empty or not there.
  --to DIR        where the backup goes, on another disk if you can
  --data-dir DIR  the data directory; PERDURE_DATA_DIR or ./data when left out
  --database URL  the PostgreSQL database that the store is in; PERDURE_DATABASE_URL when left out, which keeps a
                  password out of the list of processes. Anchors of the audit log come from the data directory
  --files URL     the S3-compatible store that the originals are in; PERDURE_FILES_URL when left out. They are copied too
Exit code: 0 when the backup is there and verified, 1 when not, 2 wrong usage
`;

const restoreHelp = `perdure restore --from DIR (--data-dir DIR | --database URL) [--verify]

Copies a backup into a data directory, or a PostgreSQL database, that is empty. No server may use it meanwhile.
  --from DIR      a folder that perdure backup made, of either kind of store
  --data-dir DIR  where the server will find it
  --database URL  the database; the word env stands for PERDURE_DATABASE_URL
  --verify        checks the restored store too, as perdure verify does
Originals go into the data directory or the database; perdure move-files brings them into an S3-compatible store.
Exit code: 0 restored, 1 not restored or not whole, 2 wrong usage
`;

/** `perdure backup`. @returns the exit code */
export async function runBackup(ports: BackupCommandPorts, args: readonly string[]): Promise<number> {
  const place = { 'data-dir': { type: 'string' }, database: { type: 'string' }, files: { type: 'string' } } as const;
  const options = parse(args, { to: { type: 'string' }, ...place });
  if (options['help'] === true) return said(ports, backupHelp);
  const to = folderOf(options, 'to');
  const dataDir = resolve(String(options['data-dir'] ?? ports.env.PERDURE_DATA_DIR ?? './data'));
  const url = options['database'] ?? (ports.env.PERDURE_DATABASE_URL || undefined);
  if (!(await isEmpty(to))) throw new UsageError(`${to} is not empty`);
  const s3 = filesOption(ports.env, typeof options['files'] === 'string' ? options['files'] : 'env', {
    mayBeUnset: true,
  });
  const source = typeof url === 'string' ? { url, s3 } : { dataDir, s3 };
  return orWhyNot(ports, async () => {
    let made: Manifest | undefined;
    let verdict: Verdict | undefined;
    try {
      made =
        'url' in source ? await backUpDatabase(ports, { source, dataDir, to }) : await makeBackup(ports, source, to);
      verdict = await verifyDirectory(ports, to);
    } finally {
      const outcome = verdict === 'ok' ? 'whole' : 'damaged';
      await noteInSource(ports, source, { folder: to, outcome, manifest: made });
    }
    const isWhole = verdict === 'ok';
    ports.print(isWhole ? `Backed up to ${to}: ${words(made)}.\n` : `The backup in ${to} is not whole.\n`);
    return isWhole ? 0 : 1;
  });
}

/** `perdure restore`. @returns the exit code */
export async function runRestore(ports: BackupCommandPorts, args: readonly string[]): Promise<number> {
  const options = parse(args, {
    from: { type: 'string' },
    'data-dir': { type: 'string' },
    database: { type: 'string' },
    verify: { type: 'boolean', default: false },
  });
  if (options['help'] === true) return said(ports, restoreHelp);
  const from = folderOf(options, 'from');
  const url = options['database'] === 'env' ? ports.env.PERDURE_DATABASE_URL : options['database'];
  const isVerified = options['verify'] === true;
  if (typeof url === 'string' && url !== '') {
    const name = addressOf(url);
    return orWhyNot(ports, () =>
      restoreAndNote(ports, {
        from,
        target: { url },
        name,
        isVerified,
        restore: () => restoreIntoDatabase(ports, from, url),
        verify: () => verifyDatabase(ports, url),
      }),
    );
  }
  const dataDir = folderOf(options, 'data-dir');
  if (!(await isEmpty(dataDir))) throw new UsageError(`${dataDir} is not empty`);
  return orWhyNot(ports, () =>
    restoreAndNote(ports, {
      from,
      target: { dataDir },
      name: dataDir,
      isVerified,
      restore: () => restoreBackup(ports, from, dataDir),
      verify: () => verifyDirectory(ports, dataDir),
    }),
  );
}

type Restoring = {
  from: string;
  target: StorePlace;
  /** What the target is called to whoever reads. */
  name: string;
  isVerified: boolean;
  restore(): Promise<Manifest>;
  verify(): Promise<Verdict>;
};

async function restoreAndNote(ports: BackupCommandPorts, restoring: Restoring): Promise<number> {
  const { from, target, name, isVerified } = restoring;
  const note = async (outcome: Checked['outcome'], manifest: Manifest | undefined) => {
    if (isVerified) await noteRestored(ports, target, { folder: from, outcome, manifest });
  };
  let restored: Manifest;
  try {
    restored = await restoring.restore();
  } catch (error) {
    if (error instanceof BackupDamaged) await note('damaged', await readManifest(from).catch(() => undefined));
    throw error;
  }
  const verdict = isVerified ? await restoring.verify() : 'ok';
  // Of an older or newer version nothing is known.
  if (verdict !== 'older' && verdict !== 'newer') await note(verdict === 'ok' ? 'whole' : 'damaged', restored);
  ports.print(`Restored to ${name}: ${words(restored)}.\n`);
  if (ports.env.PERDURE_FILES_URL) {
    const of = 'url' in target ? 'PLACE' : target.dataDir;
    ports.print(`PERDURE_FILES_URL is set: bring the originals there with perdure move-files --of ${of} --to env.\n`);
  }
  return verdict === 'ok' ? 0 : 1;
}

async function orWhyNot(ports: BackupCommandPorts, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const why = error instanceof BackupFailed ? error.message : `It failed: ${error.message}.`;
    ports.print(`${why}\n`);
    return 1;
  }
}

function words({ made_at, files, database }: Manifest): string {
  const megabytes = ((files.bytes + database.bytes) / 1e6).toFixed(1);
  return `the store of ${made_at}, ${files.count} originals, ${megabytes} MB`;
}

type Options = NonNullable<Parameters<typeof parseArgs>[0]>['options'];
type Values = Record<string, string | boolean | undefined>;

function parse(args: readonly string[], options: NonNullable<Options>): Values {
  try {
    const help = { type: 'boolean', short: 'h', default: false } as const;
    return parseArgs({ args: [...args], options: { ...options, help } }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function folderOf(options: Values, name: string): string {
  const value = options[name];
  if (typeof value !== 'string' || value === '') throw new UsageError(`--${name} DIR is missing`);
  return resolve(value);
}

function said(ports: BackupCommandPorts, text: string): number {
  ports.print(text);
  return 0;
}
