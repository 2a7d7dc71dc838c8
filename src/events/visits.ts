import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';

/** Who has which shared session open at this instance, told to the store for as long as their streams are open. */
export type Visits = {
  /** A stream of a session begins, which others may be let into; the returned function is called when it ends. */
  begin(read: { sessionId: string; userId: string; isShared: boolean }): () => void;
  /** Asks anew about what is open: a session may be shared from now on. */
  look(): void;
  close(): void;
};

/** How often it is told that a session is still open. */
const tellMs = 20_000;
/** An instance that tells nothing for so long is gone, and so are its readers. */
const heldMs = 45_000;
/** A page that is loaded anew, or opens another session, is back within this time. */
const leaveMs = 2_000;

type Open = {
  sessionId: string;
  userId: string;
  /** As the store said last: of a session that nobody is let into nothing is told. */
  isShared: boolean;
  streams: number;
  leaving: NodeJS.Timeout | undefined;
};

export function createVisits(ports: { store: Store; clock: Clock; log: Log; instanceId: string }): Visits {
  const open = new Map<string, Open>();
  const timer = setInterval(() => {
    for (const each of open.values()) if (each.isShared) void tell(each, heldMs);
  }, tellMs);
  timer.unref();

  async function tell(one: Open, heldForMs: number): Promise<void> {
    const { store, clock, log, instanceId } = ports;
    const { sessionId, userId } = one;
    const nowMs = clock.nowMs();
    const visit = { sessionId, userId, instanceId, at: clock.now(), nowMs, openUntilMs: nowMs + heldForMs };
    try {
      one.isShared = (await store.write.noteVisit(visit)) === 'noted';
    } catch (error) {
      log.warn('visit_not_noted', { sessionId, reason: String(error) });
    }
  }

  return {
    begin({ sessionId, userId, isShared }) {
      const key = `${sessionId} ${userId}`;
      let one = open.get(key);
      if (!one) {
        open.set(key, (one = { sessionId, userId, isShared, streams: 0, leaving: undefined }));
        if (isShared) void tell(one, heldMs);
      }
      clearTimeout(one.leaving);
      one.streams += 1;
      const opened = one;
      return () => {
        opened.streams -= 1;
        if (opened.streams > 0) return;
        opened.leaving = setTimeout(() => {
          open.delete(key);
          if (opened.isShared) void tell(opened, 0);
        }, leaveMs);
        opened.leaving.unref();
      };
    },
    look() {
      for (const each of open.values()) void tell(each, heldMs);
    },
    close() {
      clearInterval(timer);
      for (const { leaving } of open.values()) clearTimeout(leaving);
      open.clear();
    },
  };
}
