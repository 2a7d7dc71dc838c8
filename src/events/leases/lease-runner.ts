import { type Clock, delay } from '../../clock.ts';
import type { Log } from '../../log.ts';
import type { LeaseTime } from '../../store/commands/claim-turn.ts';
import type { Presence } from '../../store/presence.ts';
import type { Store, Topic } from '../../store/store.ts';

/** A claim on one piece of work; whoever has the newest fence may write. */
export type Hold = { id: string; fence: number };

/** Work that waits in the store for any process to do: turns, jobs. */
export type LeasedWork<Work> = {
  /** What rings when there may be work, or when somebody took it away. */
  topic: Topic;
  /** Pieces this process works on at once; more wait in the store. */
  maxRunning: number;
  holdOf(work: Work): Hold;
  /** Takes the next piece nobody works on. `goneAmong` tells which owners certainly are no more. */
  claim(lease: LeaseTime, goneAmong: (owners: readonly string[]) => Promise<string[]>): Promise<Work | undefined>;
  /** Extends leases; gives the ids whose hold still stands. */
  renew(lease: LeaseTime, held: readonly Hold[]): Promise<string[]>;
  /** Which holds still stand, asked soon after every bell. */
  stillHeld(held: readonly Hold[]): Promise<string[]>;
  /** Works until done, or until the signal aborts. Never throws. */
  run(work: Work, signal: AbortSignal): Promise<void>;
  /** Gives a piece back before its lease runs out. */
  release(hold: Hold): Promise<void>;
};

export type LeasePorts = {
  store: Store;
  presence: Presence;
  clock: Clock;
  log: Log;
  /** Names the machine's current boot: monotonic readings of another boot mean nothing. */
  bootId: string;
};

/** Claims work and keeps its leases. */
export type LeaseRunner = {
  start(): void;
  readonly running: number;
  /** Resolves once nothing runs and nothing could be claimed. */
  idle(): Promise<void>;
  /** Claims no more, lets what runs go on for `maxMs` or until `hurry` aborts, then gives back the rest for others to continue.
   *  Never rejects: what cannot be given back is free once this process is gone. */
  stop(maxMs: number, hurry?: AbortSignal): Promise<void>;
};

export const leaseMs = 15_000;
const renewEveryMs = 5_000;
/** The truth behind the bell: how often unclaimed work is looked for. */
const pollMs = 1_000;
/** All holds are looked up at once, and bells ring for every turn that anybody begins or ends: at most so often. */
const checkEveryMs = 100;

type Held<Work> = Hold & { work: Work; abort: AbortController; done: Promise<void> };

export function createLeaseRunner<Work>(ports: LeasePorts, kind: LeasedWork<Work>): LeaseRunner {
  const { store, presence, clock, log } = ports;
  const held = new Map<string, Held<Work>>();
  let timers: NodeJS.Timeout[] = [];
  let unsubscribe: (() => void) | undefined;
  let stopping = false;
  let rung = false;
  let looking: Promise<void> | undefined;
  let renewedMs = clock.monotonicMs();
  let checkedMs = Number.NEGATIVE_INFINITY;
  let check: NodeJS.Timeout | undefined;

  const lease = (): LeaseTime => ({
    instanceId: presence.instanceId,
    bootId: ports.bootId,
    nowMs: clock.monotonicMs(),
    untilMs: clock.monotonicMs() + leaseMs,
  });
  const holds = (): Hold[] => [...held.values()].map(({ id, fence }) => ({ id, fence }));
  const mayClaim = () => !stopping && held.size < kind.maxRunning;
  const goneAmong = (owners: readonly string[]) =>
    presence.goneAmong(owners.filter((owner) => owner !== presence.instanceId));

  function ring(): void {
    rung = true;
    looking ??= look().finally(() => {
      looking = undefined;
      if (rung && mayClaim()) ring();
    });
  }

  async function look(): Promise<void> {
    try {
      while (rung) {
        rung = false;
        await dropLost();
        // Held up for long, this process would find its own leases run out, and take its work from itself.
        if (clock.monotonicMs() - renewedMs > renewEveryMs) await renew();
        while (mayClaim()) {
          const work = await kind.claim(lease(), goneAmong);
          if (!work) break;
          run(work);
        }
      }
    } catch (error) {
      log.error('claim_failed', { work: kind.topic, reason: String(error) });
    }
  }

  function run(work: Work): void {
    const { id, fence } = kind.holdOf(work);
    // The same work claimed again means that the earlier hold on it is lost.
    held.get(id)?.abort.abort();
    const each: Held<Work> = { id, fence, work, abort: new AbortController(), done: Promise.resolve() };
    held.set(id, each);
    each.done = kind.run(work, each.abort.signal).finally(() => {
      if (held.get(id) === each) held.delete(id);
      if (!stopping) ring();
    });
  }

  /** @throws AppError when the store cannot be asked */
  async function dropLost(): Promise<void> {
    if (held.size === 0) return;
    const waitMs = checkedMs + checkEveryMs - clock.monotonicMs();
    if (waitMs > 0) {
      check ??= setTimeout(() => {
        check = undefined;
        ring();
      }, waitMs);
      return;
    }
    checkedMs = clock.monotonicMs();
    const asked = holds();
    drop(asked, await kind.stillHeld(asked));
  }

  /** @throws AppError when the store cannot be asked */
  async function renew(): Promise<void> {
    renewedMs = clock.monotonicMs();
    const asked = holds();
    if (asked.length > 0) drop(asked, await kind.renew(lease(), asked));
  }

  async function keepLeases(): Promise<void> {
    await renew().catch((error: unknown) => log.warn('renew_failed', { work: kind.topic, reason: String(error) }));
  }

  async function release({ id, fence }: Hold): Promise<void> {
    await kind
      .release({ id, fence })
      .catch((error: unknown) => log.warn('release_failed', { work: kind.topic, id, reason: String(error) }));
  }

  const isBusy = () => looking !== undefined || held.size > 0;

  /** Ends the work on what is no longer this process's. */
  function drop(asked: readonly Hold[], kept: readonly string[]): void {
    const still = new Set(kept);
    for (const { id, fence } of asked) {
      const each = held.get(id);
      if (!still.has(id) && each?.fence === fence) each.abort.abort();
    }
  }

  return {
    start() {
      unsubscribe = store.onCommit((topics) => {
        if (topics.includes(kind.topic)) ring();
      });
      timers = [setInterval(ring, pollMs), setInterval(() => void keepLeases(), renewEveryMs)];
      ring();
    },
    get running() {
      return held.size;
    },
    async idle() {
      while (isBusy()) {
        await looking;
        await Promise.all([...held.values()].map((each) => each.done));
      }
    },
    async stop(maxMs, hurry) {
      stopping = true;
      await looking;
      const ended = new AbortController();
      const all = Promise.all([...held.values()].map((each) => each.done)).then(() => ended.abort());
      await Promise.race([all, delay(maxMs, AbortSignal.any([ended.signal, ...(hurry ? [hurry] : [])]))]);
      for (const each of timers) clearInterval(each);
      clearTimeout(check);
      unsubscribe?.();
      const left = [...held.values()];
      for (const { abort } of left) abort.abort(new Error('the server is stopping'));
      await Promise.all(left.map((each) => each.done));
      await Promise.all(left.map(release));
    },
  };
}
