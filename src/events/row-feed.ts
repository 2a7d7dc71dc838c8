import type { Log } from '../log.ts';
import type { SessionRecord } from '../store/queries/session-rows.ts';
import type { Store } from '../store/store.ts';

/** Tells listeners which sessions changed: created, answered, renamed, deleted. Every change that a list shows raises `rev`, so none is missed; steps
 *  of a turn under way do not. */
export type RowFeed = {
  follow(listener: (rows: readonly SessionRecord[]) => void): () => void;
  close(): void;
};

const pageSize = 200;

export function createRowFeed({ store, log }: { store: Store; log: Log }): RowFeed {
  const listeners = new Set<(rows: readonly SessionRecord[]) => void>();
  /** The newest change passed on; undefined while nobody listens. */
  let seenRev: number | undefined;
  let pumping = false;
  let rung = false;
  const unsubscribe = store.onCommit((topics) => {
    if (topics.includes('sessions')) ring();
  });

  function ring(): void {
    rung = true;
    if (pumping || listeners.size === 0) return;
    pumping = true;
    void pump();
  }

  async function pump(): Promise<void> {
    try {
      while (rung && listeners.size > 0) {
        rung = false;
        seenRev ??= await store.read.newestRev({});
        for (let more = true; more; ) {
          const rows = await store.read.changedSessions({ afterRev: seenRev, limit: pageSize });
          seenRev = rows.at(-1)?.rev ?? seenRev;
          if (rows.length > 0) for (const listener of listeners) listener(rows);
          more = rows.length === pageSize;
        }
      }
    } catch (error) {
      log.error('row_feed_failed', { reason: String(error) });
    } finally {
      pumping = false;
    }
  }

  return {
    follow(listener) {
      if (listeners.size === 0) seenRev = undefined;
      listeners.add(listener);
      ring();
      return () => listeners.delete(listener);
    },
    close() {
      unsubscribe();
      listeners.clear();
    },
  };
}
