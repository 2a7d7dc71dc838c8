import type { Log } from '../../log.ts';
import type { Store } from '../../store/store.ts';

/** Chains what was recorded, a moment after its commit. Every process has one; what one has chained the others find chained. */
export type AuditSealer = {
  start(): void;
  /** Resolves once everything recorded before is chained, or cannot be: the next start does it. */
  close(): Promise<void>;
};

/** Records that come together are chained together, well within the second that is promised. */
const sealAfterMs = 200;
/** After a failure no bell will ring. */
const retryMs = 1_000;
/** About 2 ms of the writer. */
const recordsAtOnce = 100;

/** @param onSealed  the chain may have a new head */
export function createAuditSealer(ports: { store: Store; log: Log; onSealed(): void }): AuditSealer {
  const { store, log } = ports;
  let timer: NodeJS.Timeout | undefined;
  let sealing = Promise.resolve(true);
  let unsubscribe: (() => void) | undefined;

  function sealWithin(ms: number): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      sealing = sealing.then(seal);
      void retryUnless(sealing);
    }, ms);
  }

  async function retryUnless(done: Promise<boolean>): Promise<void> {
    if (!(await done) && unsubscribe) sealWithin(retryMs);
  }

  /** Reads before it writes: a bell that rang for another's commit costs no transaction. */
  async function seal(): Promise<boolean> {
    try {
      for (;;) {
        const { unsealedSince } = await store.read.auditChain({});
        if (unsealedSince === null) return true;
        const { more } = await store.write.sealAudit({ maxRecords: recordsAtOnce });
        ports.onSealed();
        if (!more) return true;
      }
    } catch (error) {
      log.warn('audit_seal_failed', { reason: String(error) });
      return false;
    }
  }

  return {
    start() {
      unsubscribe = store.onCommit((topics) => {
        if (topics.includes('audit')) sealWithin(sealAfterMs);
      });
      sealWithin(0);
    },
    async close() {
      unsubscribe?.();
      unsubscribe = undefined;
      clearTimeout(timer);
      sealing = sealing.then(seal);
      await sealing;
    },
  };
}
