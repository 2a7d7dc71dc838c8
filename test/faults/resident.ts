import { readFileSync } from 'node:fs';

/** Memory of a process as the system counts it, in bytes. Linux alone tells.
 *  @see https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
function residentBytes(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  if (kib === undefined) throw new Error(`process ${pid} has no memory`);
  return Number(kib) * 1024;
}

/** Watches a process's memory until it is stopped. */
export class ResidentWatch implements Disposable {
  /** The most so far, in bytes. */
  peakBytes: number;
  readonly #pid: number;
  readonly #timer: NodeJS.Timeout;

  constructor(pid: number) {
    this.#pid = pid;
    this.peakBytes = residentBytes(pid);
    this.#timer = setInterval(() => this.#look(), 50);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#look();
  }

  #look(): void {
    this.peakBytes = Math.max(this.peakBytes, residentBytes(this.#pid));
  }
}
