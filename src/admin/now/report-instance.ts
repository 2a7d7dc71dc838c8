import type { Clock } from '../../clock.ts';
import type { InstanceReport } from '../../contract/now.ts';
import type { Log } from '../../log.ts';
import type { Presence } from '../../store/presence.ts';
import type { Store } from '../../store/store.ts';

export type ReporterPorts = {
  store: Store;
  clock: Clock;
  log: Log;
  presence: Presence;
  /** What this instance says of itself at this moment. */
  describe(): Promise<InstanceReport>;
};

export type InstanceReporter = { start(): void; close(): Promise<void> };

/** How often this instance looks at itself, first so long after its start. A change is stored then; it is one small write among all others. */
const lookEveryMs = 2_000;
/** What did not change is said again after this, so that one that hangs is told from one that is idle. */
const sayAgainMs = 30_000;

/** Keeps what this instance says of itself in the store, where administrators see it at any instance, and takes away what those said that
 *  are gone. A report that could not be stored is stored with the next look. */
export function createInstanceReporter(ports: ReporterPorts): InstanceReporter {
  const { store, clock, log, presence } = ports;
  const startedAt = clock.now();
  let said: { text: string; ms: number } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let looking = Promise.resolve();
  let isFailing = false;

  async function lookOnce(): Promise<void> {
    try {
      const report = await ports.describe();
      const text = JSON.stringify(report);
      const ms = clock.monotonicMs();
      const isDue = said === undefined || ms - said.ms >= sayAgainMs;
      if (!isDue && text === said?.text) return;
      const gone = isDue ? await presence.goneAmong(await store.read.instanceIds({})) : [];
      const { instanceId } = presence;
      await store.write.reportInstance({ instanceId, startedAt, report, gone, at: clock.now() });
      said = { text, ms };
      isFailing = false;
    } catch (error) {
      // What hurts the store is said once, not every other second.
      if (!isFailing) log.warn('instance_not_reported', { reason: String(error) });
      isFailing = true;
    }
  }

  async function look(): Promise<void> {
    await lookOnce();
    if (timer !== undefined) lookLater();
  }

  function lookLater(): void {
    timer = setTimeout(() => {
      looking = look();
    }, lookEveryMs);
  }

  return {
    start: lookLater,
    async close() {
      clearTimeout(timer);
      timer = undefined;
      await looking;
    },
  };
}
