import { UsageError } from './usage-error.ts';
import { runVerify, type VerifyPorts } from './verify-command.ts';

export type CliPorts = VerifyPorts & {
  /** Runs the server in this process. */
  start(): Promise<void>;
  complain(line: string): void;
};

const help = `perdure COMMAND

  start    runs the server; settings come from the environment
  verify   checks the store of a data directory: perdure verify --help
  help     says this
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
    ports.complain(`perdure: ${error.message}. The commands are start, verify and help.`);
    return 2;
  }
}
