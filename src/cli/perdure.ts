import { type BackupCommandPorts, runBackup, runRestore } from './backup-command.ts';
import { type MoveCommandPorts, runMove } from './move-command.ts';
import { type MoveFilesPorts, runMoveFiles } from './move-files-command.ts';
import { UsageError } from './usage-error.ts';
import { runVerify } from './verify-command.ts';

export type CliPorts = BackupCommandPorts &
  MoveCommandPorts &
  MoveFilesPorts & {
    /** Runs the server in this process. */
    start(): Promise<void>;
    complain(line: string): void;
  };

const help = `perdure COMMAND

  start          runs the server; settings come from the environment
  backup         copies a store while servers run on it: perdure backup --help
  restore        brings a backup back: perdure restore --help
  migrate-store  moves a store into PostgreSQL, or back: perdure migrate-store --help
  move-files     moves the originals of a store into an S3-compatible store, or back: perdure move-files --help
  verify         checks a store: perdure verify --help
  help           says this
`;

/** The command line: picks the command and runs it.
 *  @returns the exit code; undefined while a server runs on */
export async function runPerdure(ports: CliPorts, argv: readonly string[]): Promise<number | undefined> {
  const [command, ...rest] = argv;
  try {
    switch (command) {
      case 'start':
        await ports.start();
        return undefined;
      case 'verify':
        return await runVerify(ports, rest);
      case 'backup':
        return await runBackup(ports, rest);
      case 'restore':
        return await runRestore(ports, rest);
      case 'migrate-store':
        return await runMove(ports, rest);
      case 'move-files':
        return await runMoveFiles(ports, rest);
      case 'help':
      case '--help':
      case '-h':
        ports.print(help);
        return 0;
      case undefined:
        throw new UsageError('no command');
      default:
        throw new UsageError(`no command ${JSON.stringify(command)}`);
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    ports.complain(
      `perdure: ${error.message}. The commands are start, backup, restore, migrate-store, move-files, verify and help.`,
    );
    return 2;
  }
}
