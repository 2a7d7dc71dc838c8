import { backoffMs } from '../api/backoff.ts';
import { type ApiError, asApiError } from '../api/errors.ts';
import { newClientId } from '../api/new-client-id.ts';
import { changed, nextDue, nextDueAt, type OutboxEntry, parseEntries, without } from './outbox-entries.ts';

export type Refusal = { sessionId: string; text: string; error: ApiError };

/** What the outbox stands on; tests give their own. */
export type OutboxPorts = {
  userId: string;
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  send(entry: OutboxEntry): Promise<unknown>;
  /** Runs the work while no other tab runs it; does nothing when one does. */
  alone(name: string, work: () => Promise<void>): Promise<void>;
  now(): number;
  random?: () => number;
};

/** An acknowledged message waits for its session to show it; one whose session is not opened again is dropped after this. */
const ackedKeptMs = 3_600_000;

/** Messages on their way: each is kept in the browser from the moment it is written until the server has it, and is sent again until then. The id made here makes a second
 *  arrival harmless. */
export class Outbox {
  private readonly ports: OutboxPorts;
  private readonly key: string;
  private entries: OutboxEntry[];
  private readonly listeners = new Set<() => void>();
  private readonly refusalListeners = new Set<(refusal: Refusal) => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private closed = true;
  private unstored = false;
  private pumping = false;
  private pumpAgain = false;

  constructor(ports: OutboxPorts) {
    this.ports = ports;
    this.key = `perdure.outbox.${ports.userId}`;
    this.entries = this.stored();
  }

  open(): void {
    this.closed = false;
    this.reload();
    this.pump();
  }

  getEntries = (): readonly OutboxEntry[] => this.entries;
  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  /** Hears of messages the server will never take; the text goes back to where it was written. */
  onRefusal(listener: (refusal: Refusal) => void): () => void {
    this.refusalListeners.add(listener);
    return () => this.refusalListeners.delete(listener);
  }

  add(message: { sessionId: string; text: string; corpora?: string[]; replacesTurnId?: string }): string {
    const clientTurnId = newClientId();
    const now = this.ports.now();
    this.change((entries) => [
      ...entries,
      { ...message, clientTurnId, writtenAt: now, tries: 0, nextAt: 0, acked: false },
    ]);
    this.pump();
    return clientTurnId;
  }

  /** The session's events show the message: nothing is left to keep. */
  settle(clientTurnIds: ReadonlySet<string>): void {
    if (!this.entries.some((entry) => clientTurnIds.has(entry.clientTurnId))) return;
    this.change((entries) => entries.filter((entry) => !clientTurnIds.has(entry.clientTurnId)));
  }

  /** Another tab changed what is stored. */
  reload(): void {
    this.entries = this.stored();
    this.tell();
    this.schedule();
  }

  /** The network came back, or somebody signed in: no reason to wait. */
  hurry(): void {
    this.change((entries) => entries.map((entry) => ({ ...entry, nextAt: 0 })));
    this.pump();
  }

  /** On signing out: the next person at this browser must not find what was written. */
  erase(): void {
    this.entries = [];
    this.ports.storage.removeItem(this.key);
    this.close();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private pump(): void {
    if (this.closed) return;
    if (this.pumping) {
      this.pumpAgain = true;
      return;
    }
    this.pumping = true;
    void this.ports
      .alone(this.key, async () => {
        for (;;) {
          this.entries = this.stored();
          const entry = nextDue(this.entries, this.ports.now());
          if (!entry || this.closed) return;
          await this.attempt(entry);
        }
      })
      .finally(() => {
        this.pumping = false;
        const again = this.pumpAgain;
        this.pumpAgain = false;
        if (again) this.pump();
        else this.schedule();
      });
  }

  private async attempt(entry: OutboxEntry): Promise<void> {
    try {
      await this.ports.send(entry);
      this.change((entries) => changed(entries, entry.clientTurnId, { acked: true }));
    } catch (thrown) {
      const error = asApiError(thrown);
      // After a 401 the same person signs in again, and the message goes.
      if (error.passing || error.status === 401) {
        const nextAt = this.ports.now() + this.pauseMs(entry, error);
        const tries = entry.tries + (error.passing ? 1 : 0);
        this.change((entries) => changed(entries, entry.clientTurnId, { tries, nextAt }));
        return;
      }
      this.change((entries) => without(entries, entry.clientTurnId));
      const refusal = { sessionId: entry.sessionId, text: entry.text, error };
      for (const listener of this.refusalListeners) listener(refusal);
    }
  }

  private pauseMs(entry: OutboxEntry, error: ApiError): number {
    const random = this.ports.random ? { random: this.ports.random } : {};
    return backoffMs(entry.tries, { firstMs: 1000, mostMs: 30_000, askedMs: error.retryAfterMs, ...random });
  }

  private schedule(): void {
    clearTimeout(this.timer);
    const dueAt = nextDueAt(this.entries);
    if (dueAt === undefined || this.closed) return;
    // When another tab is sending, this one looks again a little later.
    this.timer = setTimeout(() => this.pump(), Math.max(250, dueAt - this.ports.now()));
  }

  private change(how: (entries: OutboxEntry[]) => OutboxEntry[]): void {
    this.entries = how(this.stored());
    try {
      this.ports.storage.setItem(this.key, JSON.stringify(this.entries));
    } catch {
      // A full or blocked store: the message lives on in this page.
      this.unstored = true;
    }
    this.tell();
  }

  private stored(): OutboxEntry[] {
    if (this.unstored) return this.entries;
    const oldest = this.ports.now() - ackedKeptMs;
    const entries = parseEntries(this.ports.storage.getItem(this.key));
    return entries.filter((entry) => !entry.acked || entry.writtenAt > oldest);
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
