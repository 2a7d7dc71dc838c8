export type Timeouts = {
  /** From sending the request to the first byte of the answer, in milliseconds. */
  firstByteMs: number;
  /** Between two bytes of the answer while one is waited for, in milliseconds. */
  idleMs: number;
};

/** Aborts a call whose answer stays silent too long. Time the reader spends elsewhere does not count. */
export class Watchdog {
  readonly #timeouts: Timeouts;
  readonly #silence = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #sawByte = false;

  constructor(timeouts: Timeouts) {
    this.#timeouts = timeouts;
  }

  /** Aborts when the provider has been silent for the deadline. */
  get signal(): AbortSignal {
    return this.#silence.signal;
  }

  get fired(): boolean {
    return this.#silence.signal.aborted;
  }

  /** Waits for the promise with the deadline running. */
  async guard<T>(waiting: PromiseLike<T>): Promise<T> {
    this.#arm();
    try {
      return await waiting;
    } finally {
      this.#disarm();
    }
  }

  /** Bytes came: the deadline starts anew. */
  sawBytes(): void {
    this.#sawByte = true;
    if (this.#timer) this.#arm();
  }

  #arm(): void {
    this.#disarm();
    const ms = this.#sawByte ? this.#timeouts.idleMs : this.#timeouts.firstByteMs;
    this.#timer = setTimeout(() => this.#silence.abort(), ms);
  }

  #disarm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
