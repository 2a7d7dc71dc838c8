import type { Retention } from '../access/retention-rules.ts';
import { type Clock, delay } from '../clock.ts';
import { budgetDay } from '../contract/budgets.ts';
import { daysAfter, type RetentionKind } from '../contract/retention.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';

/** Clears what is to be erased, what is over by the rules of retention, and what budgets counted on days long past, in bites small enough that other
 *  writes do not wait. */
export type Eraser = {
  /** Takes up what earlier processes left, and looks for what is over every hour. */
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
/** Of rows that hold a few ids, or a name. */
const smallRowsAtOnce = 500;
const sweptKinds = ['sessions', 'imported', 'document_accesses', 'audit_personal'] as const;
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
  retention: Pick<Retention, 'rules'>;
  /** Resolves once documents of purged corpora, with their passages and originals, are cleared. */
  documentsSwept(): Promise<void>;
  /** Removes a stored original; one that is not there is removed. */
  removeFile(fileKey: string): Promise<void>;
  /** Shorter only in tests. */
  retryMs?: number;
}): Eraser {
  const { store, clock, log, retention, retryMs = defaultRetryMs } = ports;
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
      await carryOutRules();
      await pruneBudgets();
      await clear();
      return true;
    } catch (error) {
      log.warn('erasing_failed', { reason: String(error) });
      return false;
    }
  }

  async function carryOutRules(): Promise<void> {
    const gone: Partial<Record<RetentionKind, number>> = {};
    for (const kind of sweptKinds) {
      const max = kind === 'audit_personal' || kind === 'document_accesses' ? smallRowsAtOnce : rowsAtOnce;
      await inBatches(kind, gone, () => store.write.sweepByRule({ kind, max, at: clock.now() }));
    }
    await emptyBins(gone);
    if (!signal.aborted) await store.write.noteRetentionRun({ at: clock.now(), gone });
  }

  /** The first moment that is kept; null where everything is. */
  const startOf = (days: number | null) => (days === null ? null : daysAfter(clock.now(), -days));

  /** Of a session its row with id, times and counts stays, of a corpus and a document the name. */
  async function emptyBins(gone: Partial<Record<RetentionKind, number>>): Promise<void> {
    const { session_bin, document_bin } = await retention.rules();
    await inBatches('session_bin', gone, () =>
      store.write.purgeDeletedSessions({
        deletedBefore: startOf(session_bin),
        keepDays: session_bin,
        max: rowsAtOnce,
        at: clock.now(),
      }),
    );
    if (document_bin === null) return;
    const bin = { deletedBefore: daysAfter(clock.now(), -document_bin), keepDays: document_bin };
    await inBatches('document_bin', gone, async () => {
      const emptied = await store.write.emptyKnowledgeBin({ ...bin, max: purgedAtOnce, at: clock.now() });
      for (const { fileKey } of emptied.removed) if (fileKey !== '') await ports.removeFile(fileKey);
      if (emptied.purged > 0) await ports.documentsSwept();
      return emptied.purged;
    });
  }

  /** Until a batch took nothing. */
  async function inBatches(
    kind: RetentionKind,
    gone: Partial<Record<RetentionKind, number>>,
    take: () => Promise<number>,
  ): Promise<void> {
    for (let taken = 1; taken > 0 && !signal.aborted; ) {
      taken = await take();
      if (taken === 0) return;
      gone[kind] = (gone[kind] ?? 0) + taken;
      await delay(pauseMs, signal);
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
