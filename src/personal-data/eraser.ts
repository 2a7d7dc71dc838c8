import { type Clock, delay } from '../clock.ts';
import { budgetDay } from '../contract/budgets.ts';
import { binMs } from '../contract/recycle-bin.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';

/** Clears what is to be erased, what lay in the bin for its time, and what budgets counted on days long past, in bites small enough that other
 *  writes do not wait. */
export type Eraser = {
  /** Takes up what earlier processes left, and looks into the bin every hour. */
  start(): void;
  /** Says that there is something to erase. */
  ring(): void;
  /** Resolves once nothing is left to erase that was there before. */
  idle(): Promise<void>;
  close(): Promise<void>;
};

/** Every page and every decision asks for the day it is; a quarter is for whoever asks at a SQL prompt. */
const budgetsKeptMs = 90 * 24 * 3_600_000;
const lookEveryMs = 3_600_000;

/** An event has at most 64 KiB in its row. */
const rowsAtOnce = 50;
/** A document may have a text of many megabytes. */
const purgedAtOnce = 10;
/** Room for other writers between two bites. */
const pauseMs = 15;
/** Readers are done with what they read long before. */
const askAgainMs = 200;
const defaultRetryMs = 5_000;

export function createEraser(ports: {
  store: Store;
  clock: Clock;
  log: Log;
  /** Resolves once documents of purged corpora, with their passages and originals, are cleared. */
  documentsSwept(): Promise<void>;
  /** Removes a stored original; one that is not there is removed. */
  removeFile(fileKey: string): Promise<void>;
  /** Shorter only in tests. */
  retryMs?: number;
}): Eraser {
  const { store, clock, log, retryMs = defaultRetryMs } = ports;
  const closing = new AbortController();
  const { signal } = closing;
  let rung = false;
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function run(): Promise<void> {
    try {
      while (rung && !signal.aborted) {
        rung = false;
        if (await attempt()) continue;
        rung = true;
        await delay(retryMs, signal);
      }
    } finally {
      running = undefined;
    }
  }

  async function attempt(): Promise<boolean> {
    try {
      await emptyBin();
      await pruneBudgets();
      await clear();
      return true;
    } catch (error) {
      log.warn('erasing_failed', { reason: String(error) });
      return false;
    }
  }

  /** Of a session its row with id, times and counts stays, of a corpus and a document the name. */
  async function emptyBin(): Promise<void> {
    const deletedBefore = new Date(clock.nowMs() - binMs).toISOString();
    for (let marked = 1; marked > 0 && !signal.aborted; ) {
      marked = await store.write.purgeDeletedSessions({ deletedBefore, max: rowsAtOnce, at: clock.now() });
      if (marked > 0) await delay(pauseMs, signal);
    }
    for (let purged = 1; purged > 0 && !signal.aborted; ) {
      const emptied = await store.write.emptyKnowledgeBin({ deletedBefore, max: purgedAtOnce, at: clock.now() });
      for (const { fileKey } of emptied.removed) if (fileKey !== '') await ports.removeFile(fileKey);
      ({ purged } = emptied);
      if (purged > 0) await ports.documentsSwept();
    }
  }

  async function pruneBudgets(): Promise<void> {
    const before = budgetDay(new Date(clock.nowMs() - budgetsKeptMs).toISOString());
    for (let pruned = rowsAtOnce; pruned === rowsAtOnce && !signal.aborted; ) {
      pruned = await store.write.pruneBudgets({ before, maxRows: rowsAtOnce });
      if (pruned > 0) await delay(pauseMs, signal);
    }
  }

  async function clear(): Promise<void> {
    let hasRemoved = false;
    let withoutFile: string[] = [];
    while (!signal.aborted) {
      const { did, files, emptied } = await store.write.clearErased({
        maxRows: rowsAtOnce,
        withoutFile,
        at: clock.now(),
      });
      for (const { fileKey } of files) await ports.removeFile(fileKey);
      withoutFile = files.map(({ documentId }) => documentId);
      hasRemoved ||= did === 'some';
      if (did === 'some') await delay(pauseMs, signal);
      if (did === 'waits') {
        await ports.documentsSwept();
        await delay(pauseMs, signal);
      }
      if (did !== 'none') continue;
      if (hasRemoved || emptied.length > 0) await forget();
      if (emptied.length === 0 || signal.aborted) return;
      await store.write.finishErasing({ userIds: emptied, at: clock.now() });
      log.info('erased', { users: emptied.length });
    }
  }

  async function forget(): Promise<void> {
    while (!signal.aborted && !(await store.forgetRemoved())) await delay(askAgainMs, signal);
  }

  function ring(): void {
    rung = true;
    if (!signal.aborted) running ??= run();
  }

  const isRunning = () => running !== undefined;

  return {
    start() {
      ring();
      timer = setInterval(ring, lookEveryMs);
    },
    ring,
    async idle() {
      while (isRunning()) await running;
    },
    async close() {
      clearInterval(timer);
      closing.abort();
      await running;
    },
  };
}
