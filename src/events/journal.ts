import type { Clock } from '../clock.ts';
import type { Citation } from '../contract/events.ts';
import type { JournalPiece } from '../store/commands/journal.ts';
import type { Store } from '../store/store.ts';

/** Streamed text of every running turn of this process, committed together before anybody is shown it. */
export type Journal = {
  /** Opens the journal of one attempt of a turn. */
  open(attempt: { turnId: string; attempt: number; fence: number }): TurnJournal;
  close(): void;
};

export type TurnJournal = {
  /** The label of the model that the attempt is answered with: noted with its first piece. */
  model: string | undefined;
  /** Adds text to a step; it is stored within about 25 ms. `cited`: the passages' numbers behind the step's markers so far;
   *  `citations`, when a number is new: what the text would cite if it ended here. */
  write(step: number, text: string, cited: readonly number[], citations?: readonly Citation[]): void;
  /** Resolves when everything written is stored; false when the turn is no longer this process's. */
  settled(): Promise<boolean>;
  /** How much waits to be stored, in UTF-16 units. */
  readonly waiting: number;
  /** The turn is no longer this process's: what is written is not stored. */
  readonly isLost: boolean;
};

/** The first piece after an idle moment goes at once; else a flush begins so long after the one before it. */
const intervalMs = 25;
/** Commits within any one second, also when one was late and the next is quick. */
const maxCommitsInSecond = 40;

type Entry = {
  mark: { turnId: string; attempt: number; fence: number };
  model: string | undefined;
  step: number;
  offset: number;
  pending: string;
  cited: readonly number[];
  citations: readonly Citation[] | undefined;
  /** A trailing high surrogate that waits for its partner. */
  held: string;
  /** Nothing of the attempt was handed over to be stored. */
  isFresh: boolean;
  lost: boolean;
  isDirty: boolean;
  inFlight: boolean;
  waiters: (() => void)[];
};

export function createJournal({ store, clock }: { store: Store; clock: Clock }): Journal {
  /** Those with text to store. A set would build its table anew for every flush. */
  let dirty: Entry[] = [];
  let timer: NodeJS.Timeout | undefined;
  let flushing = false;
  let lastFlushMs = Number.NEGATIVE_INFINITY;
  /** When the newest flushes were stored, as many as may be within a second, oldest first. */
  const storedMs: number[] = [];

  function schedule(): void {
    if (flushing || timer) return;
    const waitMs = nextFlushMs() - clock.monotonicMs();
    if (waitMs <= 0) void flush();
    else timer = setTimeout(() => void flush(), waitMs);
  }

  function nextFlushMs(): number {
    const pacedMs = lastFlushMs + intervalMs;
    const oldestMs = storedMs.length < maxCommitsInSecond ? undefined : storedMs[0];
    // The clock leaves out what is below a millisecond.
    return oldestMs === undefined ? pacedMs : Math.max(pacedMs, oldestMs + 1_001);
  }

  async function flush(): Promise<void> {
    timer = undefined;
    flushing = true;
    lastFlushMs = clock.monotonicMs();
    const entries = dirty;
    dirty = [];
    const pieces: JournalPiece[] = entries.map((entry) => {
      const piece = {
        ...entry.mark,
        step: entry.step,
        offset: entry.offset,
        text: entry.pending,
        cited: entry.cited,
        ...(entry.citations && { citations: entry.citations }),
        ...(entry.isFresh && { beganAt: clock.now(), model: entry.model }),
      };
      entry.isFresh = false;
      entry.offset += entry.pending.length;
      entry.pending = '';
      entry.citations = undefined;
      entry.isDirty = false;
      entry.inFlight = true;
      return piece;
    });
    let lost: ReadonlySet<string>;
    try {
      lost = new Set((await store.write.flushJournal({ pieces })).lost);
    } catch {
      // Nothing of these pieces was shown; an attempt that cannot journal has lost its turn.
      lost = new Set(entries.map((entry) => entry.mark.turnId));
    }
    flushing = false;
    storedMs.push(clock.monotonicMs());
    if (storedMs.length > maxCommitsInSecond) storedMs.shift();
    for (const entry of entries) {
      entry.inFlight = false;
      if (lost.has(entry.mark.turnId)) giveUp(entry);
      if (!entry.isDirty) for (const waiter of entry.waiters.splice(0)) waiter();
    }
    if (lost.size > 0) dirty = dirty.filter((entry) => !entry.lost);
    if (dirty.length > 0) schedule();
  }

  /** What came meanwhile is not stored either: it would stand behind a hole. */
  function giveUp(entry: Entry): void {
    entry.lost = true;
    entry.isDirty = false;
    entry.pending = '';
  }

  return {
    open(mark) {
      const entry: Entry = {
        mark,
        model: undefined,
        step: -1,
        offset: 0,
        pending: '',
        cited: [],
        citations: undefined,
        held: '',
        isFresh: true,
        lost: false,
        isDirty: false,
        inFlight: false,
        waiters: [],
      };
      return {
        get model() {
          return entry.model;
        },
        set model(label) {
          entry.model = label;
        },
        write(step, text, cited, citations) {
          if (entry.lost) return;
          if (step !== entry.step)
            Object.assign(entry, { step, offset: 0, pending: '', held: '', citations: undefined });
          entry.cited = cited;
          entry.citations = citations ?? entry.citations;
          const whole = entry.held + text;
          const endsOpen = isHighSurrogate(whole.charCodeAt(whole.length - 1));
          entry.held = endsOpen ? whole.slice(-1) : '';
          entry.pending += endsOpen ? whole.slice(0, -1) : whole;
          if (entry.pending === '') return;
          if (!entry.isDirty) dirty.push(entry);
          entry.isDirty = true;
          schedule();
        },
        settled() {
          if (!entry.inFlight && !entry.isDirty) return Promise.resolve(!entry.lost);
          return new Promise((resolve) => entry.waiters.push(() => resolve(!entry.lost)));
        },
        get waiting() {
          return entry.pending.length;
        },
        get isLost() {
          return entry.lost;
        },
      };
    },
    close() {
      clearTimeout(timer);
    },
  };
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd8_00 && unit <= 0xdb_ff;
}
