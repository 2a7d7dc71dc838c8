import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Clock } from '../clock.ts';
import type { FilesAddress } from '../files-address.ts';
import { filesOption } from './files-option.ts';
import { UsageError } from './usage-error.ts';
import { addressOf, verifyDatabase, verifyDirectory, type VerifyPorts } from './verify-command.ts';

/** A data directory, or a PostgreSQL database by its address; `s3` where the originals are in neither. */
export type StorePlace = ({ dataDir: string } | { url: string }) & { s3?: FilesAddress | undefined };

export type MoveStore = (
  from: StorePlace,
  to: StorePlace,
  options: { clock: Clock; tell(what: string, done: number, all: number): void },
) => Promise<{ rows: number; files: number; tables: readonly unknown[] }>;

export type MoveCommandPorts = VerifyPorts & {
  moveStore: MoveStore;
  /** Shows how far something has come, where somebody watches. */
  tell(what: string, done: number, all: number): void;
};

const help = `perdure migrate-store --from PLACE --to PLACE [--files URL]

Copies a store with its originals from one database into an empty one of the other kind, compares every row, and verifies
the copy. It changes nothing where it copies from; servers may run there, and what they write meanwhile is not in the copy.
  PLACE  a data directory; or a PostgreSQL database: its address, or the word database for that of PERDURE_DATABASE_URL,
         which keeps a password out of the list of processes
  URL    the S3-compatible store that the originals are in, and stay in: each is looked for there; or the word env for
         that of PERDURE_FILES_URL. Without it they are copied with the rest
What had arrived when it broke off is not sent again. Servers on PostgreSQL need PERDURE_SECRET; without one, give them
what is in the file secret.key of the data directory.
Exit code: 0 moved and verified, 1 not, 2 wrong usage
`;

/** `perdure migrate-store`. @returns the exit code */
export async function runMove(ports: MoveCommandPorts, args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  if (options.help) {
    ports.print(help);
    return 0;
  }
  const s3 = filesOption(ports.env, options.files);
  const [from, to] = [
    { ...placeOf(ports, 'from', options.from), s3 },
    { ...placeOf(ports, 'to', options.to), s3 },
  ];
  if ('url' in from === 'url' in to) throw new UsageError('one place is a data directory and the other a database');
  let moved: Awaited<ReturnType<MoveStore>>;
  try {
    moved = await ports.moveStore(from, to, ports);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    ports.print(`Nothing was moved. ${error.message}\n`);
    return 1;
  }
  const { rows, tables, files } = moved;
  const verdict = await ('url' in to ? verifyDatabase(ports, to.url) : verifyDirectory(ports, to.dataDir));
  const what = `${rows.toLocaleString('en')} rows of ${tables.length} tables, alike on both sides, and ${files.toLocaleString('en')} originals`;
  ports.print(`Moved to ${'url' in to ? addressOf(to.url) : to.dataDir}: ${what}.\n`);
  return verdict === 'ok' ? 0 : 1;
}

function parseOptions(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        from: { type: 'string' },
        to: { type: 'string' },
        files: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** @throws UsageError */
export function placeOf({ env }: Pick<MoveCommandPorts, 'env'>, name: string, value: string | undefined): StorePlace {
  if (value === undefined || value === '') throw new UsageError(`--${name} PLACE is missing`);
  if (/^postgres(?:ql)?:/.test(value)) return { url: value };
  if (value !== 'database') return { dataDir: resolve(value) };
  if (!env.PERDURE_DATABASE_URL) throw new UsageError('PERDURE_DATABASE_URL is not set');
  return { url: env.PERDURE_DATABASE_URL };
}
