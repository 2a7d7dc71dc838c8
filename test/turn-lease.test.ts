import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { librarian } from '../src/agents/catalogue.ts';
import { type Clock, systemClock } from '../src/clock.ts';
import { byServer } from '../src/contract/audit.ts';
import { leaseMs } from '../src/events/leases/lease-runner.ts';
import { type InstanceId, newId } from '../src/ids.ts';
import type { Log } from '../src/log.ts';
import type { ClaimedTurn } from '../src/store/commands/claim-turn.ts';
import { openSqlitePresence } from '../src/store/sqlite/presence.ts';
import { openSqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import { createTurnRunner } from '../src/turns/turn-runner.ts';
import { waitFor } from './wait-for.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).toReversed()) await clean();
});

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** A runner over a real store, with a clock that can be set forward. */
async function givenRunner() {
  const dataDir = await mkdtemp(join(tmpdir(), 'perdure-lease-'));
  const ahead = { ms: 0 };
  const clock: Clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + ahead.ms };
  const store = await openSqliteStore({ path: join(dataDir, 'perdure.db'), clock });
  const presence = openSqlitePresence({ folder: join(dataDir, 'instances'), instanceId: newId<InstanceId>() });
  const claimed: { turn: ClaimedTurn; signal: AbortSignal }[] = [];
  const runner = createTurnRunner({
    store,
    presence,
    clock,
    log: silent,
    bootId: 'boot',
    windowTokens: () => 8_000,
    maxRunning: 4,
    maxRunningOfAuthor: 4,
    onTurnsElsewhere() {},
    runTurn(turn, signal) {
      claimed.push({ turn, signal });
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
    },
  });
  cleanups.push(
    () => rm(dataDir, { recursive: true }),
    () => presence.close(),
    () => store.close(),
    () => runner.stop(0),
  );
  return { store, runner, claimed, ahead };
}

async function acceptTurn(store: Awaited<ReturnType<typeof givenRunner>>['store']): Promise<string> {
  const at = systemClock.now();
  const [userId, sessionId, turnId] = [newId(), newId(), newId()];
  const username = `member-${userId}`;
  await store.write.putBuiltins({ agents: [librarian], at });
  await store.write.createUser({
    by: byServer,
    userId,
    username,
    displayName: username,
    role: 'member',
    passwordHash: '',
    at,
  });
  const session = { sessionId, userId, agentId: librarian.id, title: 'T', titleIsSet: true, corpora: [] };
  await store.write.createSession({ ...session, origin: 'api', at, by: byServer });
  await store.write.acceptTurn({
    turnId,
    sessionId,
    authorUserId: userId,
    clientTurnId: newId(),
    requestHash: 'hash',
    text: 'hello',
    corpora: [],
    parentTurnId: null,
    replacesTurnId: null,
    title: 'hello',
    adkEvent: { eventId: newId(), event: {} },
    maxQueuedInSession: 20,
    maxQueuedOfAuthor: 100,
    maxQueued: 100,
    at,
    by: byServer,
  });
  return turnId;
}

test('a process that was held up beyond its leases goes on with its turns, it does not take them from itself', async () => {
  const { store, runner, claimed, ahead } = await givenRunner();
  runner.start();
  const first = await acceptTurn(store);
  await waitFor('the turn claimed', () => claimed.some(({ turn }) => turn.turnId === first));
  ahead.ms = leaseMs + 1_000;
  const second = await acceptTurn(store);
  await waitFor('the next turn claimed', () => claimed.some(({ turn }) => turn.turnId === second));
  expect(claimed.map(({ turn, signal }) => [turn.turnId, turn.attempt, signal.aborted])).toEqual([
    [first, 1, false],
    [second, 1, false],
  ]);
});
