import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { ClaimedTurn, LeaseTime } from '../store/commands/claim-turn.ts';
import type { Presence } from '../store/presence.ts';
import type { Store } from '../store/store.ts';

export type RunnerPorts = {
  store: Store;
  presence: Presence;
  clock: Clock;
  log: Log;
  /** Names the machine's current boot: monotonic readings of another boot mean nothing. */
  bootId: string;
  /** Runs one claimed turn to its end, or until the signal aborts. It never throws. */
  runTurn(turn: ClaimedTurn, signal: AbortSignal): Promise<void>;
  /** Label of the model this process answers with. */
  modelLabel: string;
  /** Turns this process runs at once; more wait in the store. */
  maxRunning: number;
};

/** Claims turns and keeps their leases. */
export type TurnRunner = {
  start(): void;
  readonly running: number;
  /** Claims no more, waits until the running turns end or the time is over, then gives the rest back for others to continue. */
  drain(maxMs: number): Promise<void>;
};

export const leaseMs = 15_000;
const renewEveryMs = 5_000;
/** The truth behind the bell: how often unclaimed turns are looked for. */
const pollMs = 1_000;
const maxAttempts = 3;

type Held = { turn: ClaimedTurn; abort: AbortController; done: Promise<void> };

export function createTurnRunner(ports: RunnerPorts): TurnRunner {
  const { store, presence, clock, log } = ports;
  const held = new Map<string, Held>();
  let timers: NodeJS.Timeout[] = [];
  let unsubscribe: (() => void) | undefined;
  let draining = false;
  let looking = false;
  let rung = false;
  let renewedMs = clock.monotonicMs();

  const lease = (): LeaseTime => ({
    instanceId: presence.instanceId,
    bootId: ports.bootId,
    nowMs: clock.monotonicMs(),
    untilMs: clock.monotonicMs() + leaseMs,
  });

  function ring(): void {
    rung = true;
    if (looking) return;
    looking = true;
    void look().finally(() => {
      looking = false;
      if (rung && !draining && held.size < ports.maxRunning) ring();
    });
  }

  const mayClaim = () => !draining && held.size < ports.maxRunning;

  async function look(): Promise<void> {
    try {
      while (rung) {
        rung = false;
        await dropLost();
        // Held up for long, this process would find its own leases run out, and take its turns from itself.
        if (clock.monotonicMs() - renewedMs > renewEveryMs) await renew();
        while (mayClaim()) {
          const owners = await store.read.turnOwners({});
          const goneInstances = await presence.goneAmong(owners.filter((owner) => owner !== presence.instanceId));
          const turn = await store.write.claimTurn({
            lease: lease(),
            goneInstances,
            maxAttempts,
            model: ports.modelLabel,
            at: clock.now(),
          });
          if (!turn) break;
          run(turn);
        }
      }
    } catch (error) {
      log.error('claim_failed', { reason: String(error) });
    }
  }

  function run(turn: ClaimedTurn): void {
    // The same turn claimed again means that the earlier hold on it is lost.
    held.get(turn.turnId)?.abort.abort();
    const abort = new AbortController();
    log.info('turn_claimed', { turnId: turn.turnId, attempt: turn.attempt });
    const each: Held = { turn, abort, done: Promise.resolve() };
    held.set(turn.turnId, each);
    each.done = ports.runTurn(turn, abort.signal).finally(() => {
      if (held.get(turn.turnId) === each) held.delete(turn.turnId);
      if (!draining) ring();
    });
  }

  /** Ends the work on turns that were stopped or taken over. */
  async function dropLost(): Promise<void> {
    if (held.size === 0) return;
    const kept = new Set(await store.read.heldTurns({ held: holds() }));
    for (const { turn, abort } of held.values()) if (!kept.has(turn.turnId)) abort.abort();
  }

  async function renew(): Promise<void> {
    if (held.size === 0) return;
    renewedMs = clock.monotonicMs();
    try {
      const kept = new Set(await store.write.renewTurnLeases({ lease: lease(), held: holds() }));
      for (const { turn, abort } of held.values()) if (!kept.has(turn.turnId)) abort.abort();
    } catch (error) {
      log.warn('renew_failed', { reason: String(error) });
    }
  }

  const holds = () => [...held.values()].map(({ turn }) => ({ turnId: turn.turnId, fence: turn.fence }));

  return {
    start() {
      unsubscribe = store.onCommit((topics) => {
        if (topics.includes('turns')) ring();
      });
      timers = [setInterval(ring, pollMs), setInterval(() => void renew(), renewEveryMs)];
      ring();
    },
    get running() {
      return held.size;
    },
    async drain(maxMs) {
      draining = true;
      const ended = Promise.all([...held.values()].map((each) => each.done));
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([ended, new Promise<void>((resolve) => (timer = setTimeout(resolve, maxMs)))]);
      clearTimeout(timer);
      for (const each of timers) clearInterval(each);
      unsubscribe?.();
      const left = [...held.values()];
      for (const { abort } of left) abort.abort();
      await Promise.all(left.map((each) => each.done));
      for (const { turn } of left) await store.write.releaseTurn({ turnId: turn.turnId, fence: turn.fence });
    },
  };
}
