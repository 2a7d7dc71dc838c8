import type { NowSnapshot } from '../../contract/now.ts';
import type { Log } from '../../log.ts';
import type { Store, Topic } from '../../store/store.ts';

/** What goes on, read once for everybody who looks. */
export type NowFeed = {
  /** Called with each new snapshot, and with undefined when there was none to be had: what was shown before is then old. */
  follow(listener: (now: NowSnapshot | undefined) => void): () => void;
  close(): void;
};

/** A change is told after this at the latest; changes in between are told together. */
const tellWithinMs = 1_000;
/** How often it is read when nothing rings: failures grow older than an hour, and instances go. */
const readAgainMs = 5_000;
const telling: ReadonlySet<Topic> = new Set<Topic>(['turns', 'jobs', 'instances']);

export function createNowFeed({ store, log, read }: { store: Store; log: Log; read(): Promise<NowSnapshot> }): NowFeed {
  const listeners = new Set<(now: NowSnapshot | undefined) => void>();
  let timer: NodeJS.Timeout | undefined;
  let dueMs = 0;
  let isReading = false;
  let rung = false;
  const unsubscribe = store.onCommit((topics) => {
    if (topics.some((topic) => telling.has(topic))) readWithin(tellWithinMs);
  });

  function readWithin(ms: number): void {
    if (listeners.size === 0) return;
    if (isReading) {
      rung ||= ms < readAgainMs;
      return;
    }
    const askedMs = performance.now() + ms;
    if (timer !== undefined && dueMs <= askedMs) return;
    clearTimeout(timer);
    dueMs = askedMs;
    timer = setTimeout(() => void tell(), ms);
  }

  async function tell(): Promise<void> {
    timer = undefined;
    isReading = true;
    rung = false;
    const now = await read().catch((error: unknown) => {
      log.warn('now_not_read', { reason: String(error) });
      return undefined;
    });
    isReading = false;
    for (const listener of listeners) listener(now);
    readWithin(rung ? tellWithinMs : readAgainMs);
  }

  return {
    follow(listener) {
      listeners.add(listener);
      readWithin(readAgainMs);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearTimeout(timer);
        timer = undefined;
      };
    },
    close() {
      unsubscribe();
      clearTimeout(timer);
      listeners.clear();
    },
  };
}
