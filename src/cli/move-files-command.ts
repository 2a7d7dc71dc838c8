import { parseArgs } from 'node:util';
import { nameOfFiles } from '../files-address.ts';
import { filesOption } from './files-option.ts';
import { type MoveCommandPorts, placeOf, type StorePlace } from './move-command.ts';
import { UsageError } from './usage-error.ts';

export type MoveFilesPorts = Pick<MoveCommandPorts, 'env' | 'print' | 'clock' | 'tell'> & {
  /** Copies the originals of a store from one place to another. @returns how many it names */
  moveFiles(from: StorePlace, to: StorePlace, options: Pick<MoveCommandPorts, 'clock' | 'tell'>): Promise<number>;
};

const help = `perdure move-files --of PLACE [--from FILES] [--to FILES]

Copies the originals of a store to where its servers are to find them from then on, and compares each with the hash it was
uploaded with. It removes nothing where they were, and what is there already is not copied again: run it while servers
run, start them with the other PERDURE_FILES_URL, and run it once more for what was uploaded meanwhile.
  PLACE  the store: a data directory; or a PostgreSQL database: its address, or the word database for that of
         PERDURE_DATABASE_URL
  FILES  an S3-compatible store: its address, or the word env for that of PERDURE_FILES_URL. Left out: where the store
         has them without one, in the data directory or in the database
Exit code: 0 all are there, 1 not, 2 wrong usage
`;

/** `perdure move-files`. @returns the exit code */
export async function runMoveFiles(ports: MoveFilesPorts, args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  if (options.help) {
    ports.print(help);
    return 0;
  }
  const store = placeOf(ports, 'of', options.of);
  const [from, to] = [filesOption(ports.env, options.from), filesOption(ports.env, options.to)];
  if ((from && nameOfFiles(from)) === (to && nameOfFiles(to))) throw new UsageError('--from and --to are one place');
  try {
    const moved = await ports.moveFiles({ ...store, s3: from }, { ...store, s3: to }, ports);
    const where = to ? `in ${nameOfFiles(to)}` : 'where the store has them';
    ports.print(`All ${moved.toLocaleString('en')} originals of the store are ${where}.\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    ports.print(`Not all originals were moved. ${error.message}\n`);
    return 1;
  }
}

function parseOptions(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        of: { type: 'string' },
        from: { type: 'string' },
        to: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
