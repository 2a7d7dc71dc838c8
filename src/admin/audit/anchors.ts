import type { Clock } from '../../clock.ts';
import type { AuditAnchor } from '../../contract/audit.ts';
import type { Log } from '../../log.ts';
import type { Store } from '../../store/store.ts';
import { appendAnchor, lastAnchor } from './anchor-files.ts';

/** Tells outside of the database how far the chain has come, so that a cut tail and a chain made anew can be found: as a line of the log
 *  and as one of a file beside the database. */
export type Anchors = {
  /** The chain may have a new head: it is anchored at once, or a minute after the anchor before. */
  ring(): void;
  /** Anchors what is not anchored yet. */
  close(): Promise<void>;
};

const everyMs = 60_000;

export function createAnchors(ports: { store: Store; clock: Clock; log: Log; folder: string }): Anchors {
  const { store, clock, log, folder } = ports;
  let timer: NodeJS.Timeout | undefined;
  let nextMs = 0;
  let writing = Promise.resolve();
  let closed = false;

  /** The file is read before the chain, so that the anchor of another process is never ahead of it. */
  async function anchor(): Promise<void> {
    try {
      const before = await lastAnchor(folder);
      const { count, hash: head } = await store.read.auditChain({});
      if (count === 0 || (before?.count === count && before.head === head)) return;
      nextMs = clock.monotonicMs() + everyMs;
      if (before && before.count > count) log.error('audit_chain_cut', { anchored: before.count, count });
      const made: AuditAnchor = { count, head, at: clock.now() };
      log.info('audit_anchor', made);
      await appendAnchor(folder, made);
    } catch (error) {
      nextMs = clock.monotonicMs() + everyMs;
      log.warn('audit_anchor_failed', { reason: String(error) });
      if (!closed) ring();
    }
  }

  function ring(): void {
    timer ??= setTimeout(
      () => {
        timer = undefined;
        writing = writing.then(anchor);
      },
      Math.max(0, nextMs - clock.monotonicMs()),
    );
  }

  return {
    ring,
    async close() {
      closed = true;
      clearTimeout(timer);
      writing = writing.then(anchor);
      await writing;
    },
  };
}
