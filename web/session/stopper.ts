import { backoffMs } from '../api/backoff.ts';
import { asApiError } from '../api/errors.ts';

/** What became of the wish to stop a turn: it is on its way, it waits for a connection, or the server said no. */
export type StopWish = { state: 'stopping' } | { state: 'waiting' } | { state: 'refused'; message: string };

/** Wishes to stop an answer. One that the server could not be told is told again until it is, or the turn is over. */
export class Stopper {
  private readonly send: (sessionId: string, turnId: string) => Promise<unknown>;
  private readonly sessions = new Map<string, string>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly listeners = new Set<() => void>();
  private wishes: ReadonlyMap<string, StopWish> = new Map();

  constructor(send: (sessionId: string, turnId: string) => Promise<unknown>) {
    this.send = send;
  }

  getWishes = (): ReadonlyMap<string, StopWish> => this.wishes;
  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  stop(sessionId: string, turnId: string): void {
    this.sessions.set(turnId, sessionId);
    this.put(turnId, { state: 'stopping' });
    void this.attempt(turnId, 0);
  }

  /** These turns are over, however they ended. */
  settle(turnIds: Iterable<string>): void {
    for (const turnId of turnIds) if (this.wishes.has(turnId)) this.put(turnId, undefined);
  }

  /** The server can be reached again. */
  hurry(): void {
    for (const [turnId, { state }] of this.wishes) if (state === 'waiting') void this.attempt(turnId, 0);
  }

  close(): void {
    for (const turnId of this.wishes.keys()) this.put(turnId, undefined);
  }

  private async attempt(turnId: string, tries: number): Promise<void> {
    clearTimeout(this.timers.get(turnId));
    const sessionId = this.sessions.get(turnId);
    if (sessionId === undefined) return;
    try {
      await this.send(sessionId, turnId);
      if (this.wishes.has(turnId)) this.put(turnId, { state: 'stopping' });
    } catch (thrown) {
      if (!this.wishes.has(turnId)) return;
      const error = asApiError(thrown);
      if (!error.passing) {
        this.put(turnId, { state: 'refused', message: error.message });
        return;
      }
      this.put(turnId, { state: 'waiting' });
      const pauseMs = backoffMs(tries, { firstMs: 500, mostMs: 5_000, askedMs: error.retryAfterMs });
      this.timers.set(
        turnId,
        setTimeout(() => void this.attempt(turnId, tries + 1), pauseMs),
      );
    }
  }

  private put(turnId: string, wish: StopWish | undefined): void {
    const wishes = new Map(this.wishes);
    if (wish) wishes.set(turnId, wish);
    else {
      wishes.delete(turnId);
      this.sessions.delete(turnId);
      clearTimeout(this.timers.get(turnId));
      this.timers.delete(turnId);
    }
    this.wishes = wishes;
    for (const listener of this.listeners) listener();
  }
}
