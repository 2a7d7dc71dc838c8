import { backoffMs } from '../api/backoff.ts';
import { type BrowserStorage, keysOf } from '../api/browser-storage.ts';
import { type ApiError, asApiError } from '../api/errors.ts';
import { newClientId } from '../api/new-client-id.ts';
import { type Hindrance, inOrderWritten, nextDue, nextDueAt, type OutboxEntry, parseEntry } from './outbox-entries.ts';

/** What the outbox stands on; tests give their own. */
export type OutboxPorts = {
  userId: string;
  storage: BrowserStorage;
  send(entry: OutboxEntry): Promise<{ turn_id: string }>;
  /** Runs the work while no other tab runs it; does nothing when one does. */
  alone(name: string, work: () => Promise<void>): Promise<void>;
  now(): number;
  random?: () => number;
};

/** A message as the page shows it. One that is not kept goes with the page: the browser's store is full or blocked. */
export type Pending = OutboxEntry & { isKept: boolean };
/** `text` is what is given back; empty where the session has it. */
export type Refusal = { text: string; message: string };

/** What a message is made of. */
type Written = Pick<
  OutboxEntry,
  'sessionId' | 'text' | 'corpora' | 'replacesTurnId' | 'parentTurnId' | 'follows' | 'isSameText'
>;

/** An acknowledged message waits for its session to show it; one whose session is not opened again is dropped after this. */
const ackedKeptMs = 3_600_000;
/** A message that one tab's view shows is dropped when the other tabs have had time to show it too. */
const settledKeptMs = 300_000;
/** A refused message whose session nobody opens. */
const refusedKeptMs = 86_400_000;

/** Messages on their way: each is kept in the browser from the moment it is written until the server has it, and is sent again until then. The id made here makes a second
 *  arrival harmless. Each lies under a key of its own: tabs see each other's writes late, and one that wrote back a list would undo what another had added. */
export class Outbox {
  private readonly ports: OutboxPorts;
  private readonly prefix: string;
  private entries: readonly Pending[] = [];
  /** Entries that the store had no room for, newer than what it may hold of them. */
  private readonly unstored = new Map<string, OutboxEntry>();
  /** Messages written in this very page. */
  private readonly own = new Set<string>();
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private closed = true;
  private pumping = false;
  private pumpAgain = false;

  constructor(ports: OutboxPorts) {
    this.ports = ports;
    this.prefix = `perdure.outbox.${ports.userId}.`;
    this.entries = this.stored();
  }

  open(): void {
    this.closed = false;
    this.reload();
    this.pump();
  }

  getEntries = (): readonly Pending[] => this.entries;
  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  add(message: Written): string {
    const clientTurnId = newClientId();
    const writtenAt = Math.max(this.ports.now(), (this.entries.at(-1)?.writtenAt ?? 0) + 1);
    this.own.add(clientTurnId);
    this.put({ ...message, clientTurnId, writtenAt, tries: 0, nextAt: 0, acked: false });
    this.reload();
    this.pump();
    return clientTurnId;
  }

  /** This tab's view of a session shows these messages. Other tabs may not yet, and go on showing them from here. */
  settle(clientTurnIds: ReadonlySet<string>): void {
    const shown = this.entries.filter(
      ({ clientTurnId, settledAt }) => settledAt === undefined && clientTurnIds.has(clientTurnId),
    );
    for (const { clientTurnId } of shown) this.change(clientTurnId, { acked: true, settledAt: this.ports.now() });
    if (shown.length > 0) this.reload();
  }

  /** Takes back the messages of a session that the server will never take: each is given once, to the page it was written in while
   *  that is there, and to whoever opens the session after. */
  takeRefused(sessionId: string, isOpening: boolean): Refusal[] {
    const taken = this.entries.filter(
      (entry) =>
        entry.sessionId === sessionId && entry.refused !== undefined && (isOpening || this.own.has(entry.clientTurnId)),
    );
    for (const { clientTurnId } of taken) this.drop(clientTurnId);
    if (taken.length > 0) this.reload();
    return taken.map(({ text, isSameText, refused = '' }) => ({ text: isSameText ? '' : text, message: refused }));
  }

  /** Another tab changed what is stored. */
  reload(): void {
    const { over = [], due: entries = [] } = Object.groupBy(this.stored(), (entry) =>
      this.isOver(entry) ? 'over' : 'due',
    );
    for (const { clientTurnId } of over) this.drop(clientTurnId);
    this.schedule(entries);
    if (JSON.stringify(entries) === JSON.stringify(this.entries)) return;
    this.entries = entries;
    for (const listener of this.listeners) listener();
  }

  /** The server can be reached again, or somebody signed in: no reason to wait, but where the server asked for it. */
  hurry(): void {
    for (const { clientTurnId, hindrance, nextAt } of this.stored()) {
      if (nextAt > 0 && hindrance !== 'busy') this.change(clientTurnId, { nextAt: 0 });
    }
    this.reload();
    this.pump();
  }

  /** On signing out: the next person at this browser must not find what was written. */
  erase(): void {
    for (const { clientTurnId } of this.stored()) this.drop(clientTurnId);
    this.reload();
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
      .alone(this.prefix, async () => {
        for (;;) {
          this.reload();
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
        else this.schedule(this.entries);
      });
  }

  private async attempt(entry: OutboxEntry): Promise<void> {
    const { clientTurnId, tries } = entry;
    try {
      const { turn_id: turnId } = await this.ports.send(this.placed(entry));
      this.change(clientTurnId, { acked: true, turnId });
    } catch (thrown) {
      const error = asApiError(thrown);
      const hindrance = hindranceOf(error);
      if (hindrance) {
        const nextAt = this.ports.now() + this.pauseMs(entry, error);
        this.change(clientTurnId, { tries: tries + 1, nextAt, hindrance });
      } else {
        this.change(clientTurnId, { refused: error.message });
      }
    }
    this.reload();
  }

  /** The entry with the turn that the message before it became. Kept before it is sent: what is sent again must be the same. */
  private placed(entry: OutboxEntry): OutboxEntry {
    if (entry.follows === undefined || entry.parentTurnId !== undefined || entry.tries > 0) return entry;
    const parentTurnId = this.stored().find(({ clientTurnId }) => clientTurnId === entry.follows)?.turnId;
    if (parentTurnId === undefined) return entry;
    this.change(entry.clientTurnId, { parentTurnId });
    return { ...entry, parentTurnId };
  }

  private pauseMs(entry: OutboxEntry, error: ApiError): number {
    const random = this.ports.random ? { random: this.ports.random } : {};
    return backoffMs(entry.tries, { firstMs: 1000, mostMs: 30_000, askedMs: error.retryAfterMs, ...random });
  }

  private schedule(entries: readonly OutboxEntry[]): void {
    clearTimeout(this.timer);
    const dueAt = nextDueAt(entries);
    if (dueAt === undefined || this.closed) return;
    // When another tab is sending, this one looks again a little later.
    this.timer = setTimeout(() => this.pump(), Math.max(250, dueAt - this.ports.now()));
  }

  private isOver({ acked, refused, writtenAt, settledAt }: OutboxEntry): boolean {
    const now = this.ports.now();
    if (settledAt !== undefined) return settledAt < now - settledKeptMs;
    return (acked && writtenAt < now - ackedKeptMs) || (refused !== undefined && writtenAt < now - refusedKeptMs);
  }

  /** Changes an entry that is still there: one that was erased meanwhile stays so. */
  private change(clientTurnId: string, change: Partial<OutboxEntry>): void {
    const entry = this.unstored.get(clientTurnId) ?? this.storedEntry(clientTurnId);
    if (entry) this.put({ ...entry, ...change });
  }

  private put(entry: OutboxEntry): void {
    try {
      this.ports.storage.setItem(this.prefix + entry.clientTurnId, JSON.stringify(entry));
      this.unstored.delete(entry.clientTurnId);
    } catch {
      // A full or blocked store: the message lives on in this page.
      this.unstored.set(entry.clientTurnId, entry);
    }
  }

  private drop(clientTurnId: string): void {
    this.unstored.delete(clientTurnId);
    this.ports.storage.removeItem(this.prefix + clientTurnId);
  }

  private stored(): Pending[] {
    const kept = keysOf(this.ports.storage, this.prefix).flatMap((key) => {
      const entry = parseEntry(this.ports.storage.getItem(key));
      return entry && !this.unstored.has(entry.clientTurnId) ? [{ ...entry, isKept: true }] : [];
    });
    const unkept = [...this.unstored.values()].map((entry) => ({
      ...entry,
      isKept: this.storedEntry(entry.clientTurnId) !== undefined,
    }));
    return inOrderWritten([...kept, ...unkept]);
  }

  private storedEntry(clientTurnId: string): OutboxEntry | undefined {
    return parseEntry(this.ports.storage.getItem(this.prefix + clientTurnId));
  }
}

/** Why to try again later; undefined when it is no use, and when that is tomorrow: whoever wrote it decides then. After a 401 the same person signs in again, and the message goes. */
function hindranceOf({ status, code, passing }: ApiError): Hindrance | undefined {
  if (status === 401) return 'signed_out';
  if (!passing || code === 'budget_exhausted') return undefined;
  if (status === 429 || status === 503) return 'busy';
  return status === 0 || status === 408 ? 'unreachable' : 'failing';
}
