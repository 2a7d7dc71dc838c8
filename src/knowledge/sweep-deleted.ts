import { type Clock, delay } from '../clock.ts';
import type { Log } from '../log.ts';
import type { FileStore } from '../store/file-store.ts';
import type { Store } from '../store/store.ts';

/** Clears what deletions and replaced versions left, in bites small enough that other writes do not wait. */
export type DeletionSweeper = {
  /** Says that there may be something to clear. */
  ring(): void;
  /** Resolves once nothing is left that was deleted before. */
  idle(): Promise<void>;
  close(): Promise<void>;
};

/** About 4 ms of the writer, which must not be held over 20 ms. */
export const clearedRowsAtOnce = 100;
/** Room for other writers between two bites. */
const pauseMs = 15;
/** For how long a version that was replaced is kept though nobody cites it: an answer that is being written may have found it before. */
const keptVersionMs = 24 * 60 * 60_000;

export function createDeletionSweeper(ports: {
  store: Store;
  files: FileStore;
  clock: Clock;
  log: Log;
}): DeletionSweeper {
  const { store, files, clock, log } = ports;
  const closing = new AbortController();
  let rung = false;
  let running: Promise<void> | undefined;

  async function sweep(): Promise<void> {
    try {
      while (rung) {
        rung = false;
        let removedFiles: string[] = [];
        for (let more = true; more && !closing.signal.aborted; ) {
          const swept = await store.write.sweepDeleted({
            maxRows: clearedRowsAtOnce,
            at: clock.now(),
            versionsBefore: new Date(clock.nowMs() - keptVersionMs).toISOString(),
            removedFiles,
          });
          for (const { fileKey } of swept.removed) if (fileKey !== '') await files.remove(fileKey);
          for (const fileKey of swept.files) await files.remove(fileKey);
          removedFiles = swept.files;
          more = swept.more || removedFiles.length > 0;
          if (more) await delay(pauseMs, closing.signal);
        }
      }
    } catch (error) {
      log.warn('sweep_failed', { reason: String(error) });
    } finally {
      running = undefined;
    }
  }

  const isRunning = () => running !== undefined;

  return {
    ring() {
      rung = true;
      if (!closing.signal.aborted) running ??= sweep();
    },
    async idle() {
      while (isRunning()) await running;
    },
    async close() {
      closing.abort();
      await running;
    },
  };
}
