import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { waitFor } from './wait-for.ts';

const main = new URL('../src/main.ts', import.meta.url);

export type Exit = { code: number | null; signal: NodeJS.Signals | null };

export type StartOptions = {
  dataDir: string;
  port?: number;
  env?: Readonly<Record<string, string>>;
  /** What Node runs instead of src/main.ts. */
  program?: URL;
};

/** A process that ended before it listened; the message holds what it said. */
export class EndedEarlyError extends Error {
  readonly exit: Exit;

  constructor(exit: Exit, output: string) {
    super(`The server ended (${JSON.stringify(exit)}): ${output}`);
    this.name = 'EndedEarlyError';
    this.exit = exit;
  }
}

/** A Perdure server as a process of its own, as an operator starts it. */
export class ServerProcess {
  /** What it says first: where it listens, and at the very first start who may sign in. */
  readonly firstLine: string;
  readonly url: URL;
  readonly #child: ChildProcess;
  readonly #output: { stderr: string };
  readonly exited: Promise<Exit>;

  private constructor(child: ChildProcess, firstLine: string, output: { stderr: string }, exited: Promise<Exit>) {
    this.#child = child;
    this.#output = output;
    this.firstLine = firstLine;
    this.url = new URL(/https?:\/\/\S+/.exec(firstLine)?.[0] ?? '');
    this.exited = exited;
  }

  /** Resolves at the first line.
   *  @throws EndedEarlyError when it ends before */
  static async start({ dataDir, port = 0, env = {}, program = main }: StartOptions): Promise<ServerProcess> {
    const child = spawn(process.execPath, [fileURLToPath(program)], {
      env: { ...withoutSettings(), PERDURE_DATA_DIR: dataDir, PERDURE_PORT: String(port), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    const killChild = () => child.kill('SIGKILL');
    process.once('exit', killChild);
    let ended: Exit | undefined;
    const exited = new Promise<Exit>((resolve) => {
      child.once('close', (code, signal) => {
        process.off('exit', killChild);
        resolve((ended = { code, signal }));
      });
    });
    try {
      const firstLine = await waitFor(
        'the first line of the server',
        () => {
          if (ended) throw new EndedEarlyError(ended, output.stdout + output.stderr);
          return output.stdout.includes('\n') && output.stdout.slice(0, output.stdout.indexOf('\n'));
        },
        120_000,
      );
      return new ServerProcess(child, firstLine, output, exited);
    } catch (error) {
      killChild();
      throw error;
    }
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Everything it logged, as JSON lines. */
  get log(): string {
    return this.#output.stderr;
  }

  /** kill -9: resolves when the process is gone. */
  async kill(): Promise<Exit> {
    this.#child.kill('SIGKILL');
    return this.exited;
  }

  /** SIGTERM, as an operator or a supervisor ends it. */
  async terminate(): Promise<Exit> {
    this.#child.kill('SIGTERM');
    return this.exited;
  }
}

function withoutSettings(): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(PERDURE|VITEST|NODE_OPTIONS)/.test(name)),
  );
}
