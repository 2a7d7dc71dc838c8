import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isEmpty } from './backup/copy-file.ts';
import { BackupFailed, type BackupPorts, makeBackup } from './backup/make-backup.ts';
import { databaseName, type Manifest } from './backup/manifest.ts';
import { restoreBackup } from './backup/restore-backup.ts';
import { UsageError } from './usage-error.ts';
import { verifyPath, type VerifyPorts } from './verify-command.ts';

export type BackupCommandPorts = VerifyPorts & {
  copyDatabase: BackupPorts['copyDatabase'];
  /** Shows how far something has come, where somebody watches. */
  tell: BackupPorts['tell'];
};

const backupHelp = `perdure backup --to DIR [--data-dir DIR]

Copies a data directory while servers run on it, and verifies the copy. DIR must be empty or not there.
  --to DIR        where the backup goes, on another disk if you can
  --data-dir DIR  the data directory; PERDURE_DATA_DIR or ./data when left out
Exit code: 0 when the backup is there and verified, 1 when not, 2 wrong usage
`;

const restoreHelp = `perdure restore --from DIR --data-dir DIR [--verify]

Copies a backup into a data directory that is empty or not there. No server may use it meanwhile.
  --from DIR      a folder that perdure backup made
  --data-dir DIR  where the server will find it
  --verify        checks the restored store too, as perdure verify does
Exit code: 0 restored, 1 not restored or not whole, 2 wrong usage
`;

/** `perdure backup`. @returns the exit code */
export async function runBackup(ports: BackupCommandPorts, args: readonly string[]): Promise<number> {
  const options = parse(args, { to: { type: 'string' }, 'data-dir': { type: 'string' } });
  if (options['help'] === true) return said(ports, backupHelp);
  const to = folderOf(options, 'to');
  const dataDir = resolve(String(options['data-dir'] ?? ports.env.PERDURE_DATA_DIR ?? './data'));
  if (!(await isEmpty(to))) throw new UsageError(`${to} is not empty`);
  return orWhyNot(ports, async () => {
    const made = await makeBackup(ports, dataDir, to);
    const code = await verifyPath(ports, join(to, databaseName));
    ports.print(code === 0 ? `Backed up to ${to}: ${words(made)}.\n` : `The backup in ${to} is not whole.\n`);
    return code;
  });
}

/** `perdure restore`. @returns the exit code */
export async function runRestore(ports: BackupCommandPorts, args: readonly string[]): Promise<number> {
  const options = parse(args, {
    from: { type: 'string' },
    'data-dir': { type: 'string' },
    verify: { type: 'boolean', default: false },
  });
  if (options['help'] === true) return said(ports, restoreHelp);
  const [from, dataDir] = [folderOf(options, 'from'), folderOf(options, 'data-dir')];
  if (!(await isEmpty(dataDir))) throw new UsageError(`${dataDir} is not empty`);
  return orWhyNot(ports, async () => {
    const restored = await restoreBackup(from, dataDir, ports.tell);
    const code = options['verify'] === true ? await verifyPath(ports, join(dataDir, databaseName)) : 0;
    ports.print(`Restored to ${dataDir}: ${words(restored)}.\n`);
    return code;
  });
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
