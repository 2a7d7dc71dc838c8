import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { testSigner, urlOf } from '../../src/store/conformance/s3/strict-s3.ts';

const program = fileURLToPath(new URL('./strict-s3.child.ts', import.meta.url));
const bucket = 'faults';

/** A store of files that is killed and started again on what it kept, at the same port. */
export class S3Process {
  readonly #folder: string;
  #port = 0;
  #child: ChildProcess | undefined;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async start(folder: string): Promise<S3Process> {
    const made = new S3Process(folder);
    await made.start();
    return made;
  }

  /** The value of PERDURE_FILES_URL. */
  get url(): string {
    return urlOf({ ...testSigner, bucket }, this.#port);
  }

  async start(): Promise<void> {
    const told = JSON.stringify({ folder: this.#folder, bucket, port: this.#port });
    const child = spawn(process.execPath, [program, told], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child = child;
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    this.#port = Number(line.toString());
  }

  /** With SIGKILL. */
  async kill(): Promise<void> {
    if (!this.#child || this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }
}
