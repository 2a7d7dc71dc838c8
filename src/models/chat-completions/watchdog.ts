export type Timeouts = {
  /** From sending the request to the first byte of the answer, in milliseconds. */
  firstByteMs: number;
  /** Between two bytes of the answer while one is waited for, in milliseconds. */
  idleMs: number;
  /** Between two pieces of the answer, whatever bytes come meanwhile that are none, in milliseconds. */
  pieceMs: number;
  /** For the whole answer, in milliseconds. */
  answerMs: number;
};

/** Aborts a call whose answer stays silent, or says nothing, for too long. Time the reader spends elsewhere does not count. */
export class Watchdog {
  readonly #timeouts: Timeouts;
  readonly #silence = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #sawByte = false;
  /** Time waited up to the wait under way: for the next piece, and for the answer. */
  #forPieceMs = 0;
  #forAnswerMs = 0;
  #waitingSinceMs = 0;

  constructor(timeouts: Timeouts) {
    this.#timeouts = timeouts;
  }

  /** Aborts when one of the deadlines has passed. */
  get signal(): AbortSignal {
    return this.#silence.signal;
  }

  get fired(): boolean {
    return this.#silence.signal.aborted;
  }

  /** Waits for the promise with the deadlines running. */
  async guard<T>(waiting: PromiseLike<T>): Promise<T> {
    this.#waitingSinceMs = performance.now();
    this.#arm();
    try {
      return await waiting;
    } finally {
      this.#disarm();
      const waitedMs = performance.now() - this.#waitingSinceMs;
      this.#forPieceMs += waitedMs;
      this.#forAnswerMs += waitedMs;
    }
  }

  /** Bytes came: the deadline of silence starts anew. */
  sawBytes(): void {
    this.#sawByte = true;
    if (this.#timer) this.#arm();
  }

  /** A piece of the answer came: the deadline of pieces starts anew. */
  sawPiece(): void {
    this.#forPieceMs = 0;
  }

  #arm(): void {
    this.#disarm();
    const { firstByteMs, idleMs, pieceMs, answerMs } = this.#timeouts;
    const waitedMs = performance.now() - this.#waitingSinceMs;
    const silenceMs = this.#sawByte ? idleMs : firstByteMs;
    const leftMs = Math.min(silenceMs, pieceMs - this.#forPieceMs - waitedMs, answerMs - this.#forAnswerMs - waitedMs);
    this.#timer = setTimeout(() => this.#silence.abort(), Math.max(0, leftMs));
  }

  #disarm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
