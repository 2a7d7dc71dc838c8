import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk of its own that can be filled up and freed: a tmpfs, which only root may mount. */
export class SmallDisk implements Disposable {
  readonly folder: string;
  readonly #ballast: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.#ballast = join(folder, 'ballast');
  }

  /** @param folder  made when it is missing; a new one when not given
   *  @throws Error where nothing may be mounted */
  static mount(bytes: number, folder = mkdtempSync(join(tmpdir(), 'perdure-disk-'))): SmallDisk {
    mkdirSync(folder, { recursive: true });
    const options = ['-t', 'tmpfs', '-o', `size=${bytes},mode=700`, 'perdure-test', folder];
    execFileSync('mount', options, { stdio: ['ignore', 'ignore', 'pipe'] });
    return new SmallDisk(folder);
  }

  /** Why no disk can be mounted on this machine; undefined where one can. */
  static obstacle(): string | undefined {
    if (process.getuid?.() !== 0) return 'a small disk can only be mounted by root';
    try {
      SmallDisk.mount(1024 * 1024)[Symbol.dispose]();
      return undefined;
    } catch (error) {
      return `no small disk can be mounted here: ${String(error).split('\n')[0]}`;
    }
  }

  get freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.folder);
    return bavail * bsize;
  }

  /** Takes all room but this much. Whoever writes beside it may take the rest meanwhile. */
  fill(leaveBytes: number): void {
    const step = Buffer.alloc(1024 * 1024);
    for (let left = this.freeBytes - leaveBytes; left > 0; left = this.freeBytes - leaveBytes) {
      try {
        appendFileSync(this.#ballast, step.subarray(0, Math.min(step.length, left)));
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return;
        throw error;
      }
    }
  }

  free(): void {
    writeFileSync(this.#ballast, '');
  }

  [Symbol.dispose](): void {
    execFileSync('umount', ['-l', this.folder]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
