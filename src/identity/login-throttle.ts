import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import { clientNetwork } from './client-network.ts';
import { createRefusalMeter, type Refusals } from './refusal-meter.ts';

/** One try to sign in, counted as failed from its beginning, so that many at once are as many tries. */
export type Attempt = {
  /** Failures of this account since its last success that are not forgotten. */
  failuresBefore: number;
  /** The password was right: the account's count is cleared, and the network's loses this try. */
  succeed(): void;
  /** The password was wrong. Gives what is to be recorded, if anything: where the account's first wait begins. */
  fail(): Refusals | undefined;
  /** Nothing was learned about the password (the server was busy): the try counts for nothing. */
  withdraw(): void;
};

/** Slows guessing down, for each account (existing or not) and each client network. In memory: a restart forgives. */
export type LoginThrottle = {
  /** The attempt, or the seconds until the next one is let through. Without an account the network alone is slowed down. */
  begin(by: { account?: string; address: string }): Attempt | { retryAfterSeconds: number };
  /** Counts an API key that is not valid; gives the seconds to wait once there were too many from this network. */
  failKey(address: string): { retryAfterSeconds: number } | undefined;
};

type Limit = {
  /** Failures without any wait. */
  free: number;
  /** The wait doubles from 1 s with each further failure, up to this. */
  maxWaitMs: number;
};

/** Low at the top: somebody who guesses at an account keeps its owner out for a minute at most. */
const accountLimit: Limit = { free: 5, maxWaitMs: 60_000 };
/** Higher at the bottom: an office shares an address. */
const networkLimit: Limit = { free: 30, maxWaitMs: 900_000 };
/** Whoever guesses at a second factor knows the password already: one of a million codes an attempt, 96 attempts a day. */
const codeLimit: Limit = { free: 5, maxWaitMs: 900_000 };
/** Failures older than this are forgotten. */
const forgetMs = 3_600_000;
/** Entries of each kind; beyond, the one touched longest ago is forgotten. */
const maxEntries = 10_000;

export const createLoginThrottle = (clock: Pick<Clock, 'monotonicMs'>) => createThrottle(clock, accountLimit);
export const createCodeThrottle = (clock: Pick<Clock, 'monotonicMs'>) => createThrottle(clock, codeLimit);

function createThrottle(clock: Pick<Clock, 'monotonicMs'>, limit: Limit): LoginThrottle {
  const accounts = createCounter(limit, clock);
  const networks = createCounter(networkLimit, clock);
  const meter = createRefusalMeter(clock);
  const keys = createCounter(networkLimit, clock);

  return {
    begin({ account, address }) {
      const network = clientNetwork(address);
      const waitMs = Math.max(account === undefined ? 0 : accounts.waitMs(account), networks.waitMs(network));
      if (waitMs > 0) return { retryAfterSeconds: Math.ceil(waitMs / 1000) };
      const failures = account === undefined ? 0 : accounts.add(account);
      networks.add(network);
      return {
        failuresBefore: Math.max(0, failures - 1),
        succeed() {
          if (account !== undefined) accounts.clear(account);
          networks.takeBack(network);
        },
        fail: () =>
          account === undefined ? undefined : meter.count({ failures, isFirstWait: failures === accountLimit.free }),
        withdraw() {
          if (account !== undefined) accounts.takeBack(account);
          networks.takeBack(network);
        },
      };
    },
    failKey(address) {
      const network = clientNetwork(address);
      const waitMs = keys.waitMs(network);
      if (waitMs > 0) return { retryAfterSeconds: Math.ceil(waitMs / 1000) };
      keys.add(network);
      return undefined;
    },
  };
}

function createCounter(limit: Limit, clock: Pick<Clock, 'monotonicMs'>) {
  /** In the order of the last failure, oldest first. */
  const entries = new Map<string, { failures: number; lastMs: number }>();

  function find(key: string) {
    const entry = entries.get(key);
    if (!entry || clock.monotonicMs() - entry.lastMs < forgetMs) return entry;
    entries.delete(key);
    return undefined;
  }

  return {
    waitMs(key: string): number {
      const entry = find(key);
      if (!entry || entry.failures < limit.free) return 0;
      const waitMs = Math.min(limit.maxWaitMs, 1000 * 2 ** Math.min(30, entry.failures - limit.free));
      return Math.max(0, entry.lastMs + waitMs - clock.monotonicMs());
    },
    add(key: string): number {
      const failures = (find(key)?.failures ?? 0) + 1;
      entries.delete(key);
      entries.set(key, { failures, lastMs: clock.monotonicMs() });
      if (entries.size > maxEntries) {
        for (const oldest of entries.keys()) {
          entries.delete(oldest);
          break;
        }
      }
      return failures;
    },
    takeBack(key: string): void {
      const entry = entries.get(key);
      if (!entry) return;
      entry.failures -= 1;
      if (entry.failures <= 0) entries.delete(key);
    },
    clear(key: string): void {
      entries.delete(key);
    },
  };
}

/** Begins an attempt, or refuses it.
 *  @throws AppError too_many_requests */
export function beginAttempt(throttle: LoginThrottle, by: { account: string; address: string }): Attempt {
  const attempt = throttle.begin(by);
  if (!('retryAfterSeconds' in attempt)) return attempt;
  throw new AppError('too_many_requests', {
    detail: 'Too many attempts. Wait and try again.',
    retryAfterSeconds: attempt.retryAfterSeconds,
  });
}
