/** What a durable append costs: one event of a running turn, with its seq, counters and session row, acknowledged after a full sync.
 *  Usage: node bench/append.ts [--seconds 1.5] [--rounds 3] [--events 10000] [--adk-driver @mikro-orm/libsql]
 *  Ours with 1 and 32 writers; the same path with one transaction an event, at 32 writers: what committing in groups is measured by;
 *  the same statements on a bare `node:sqlite` handle, without a thread between, one transaction an event (WAL, sync FULL); ADK's
 *  `DatabaseSessionService` on SQLite. All take turns in one run, so that a machine's mood meets all alike; medians of the rounds.
 *  Then: the cost at 10, 1,000 and 10,000 events in a session, a claim behind finished turns, 150 journal pieces. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../src/clock.ts';
import { newId } from '../src/ids.ts';
import type { ClaimedTurn } from '../src/store/commands/claim-turn.ts';
import { commands } from '../src/store/commands/index.ts';
import type { AppendTurnArgs } from '../src/store/commands/append-to-turns.ts';
import { acceptArgs, agentId, GivenLog } from '../src/store/conformance/given-log.ts';
import { sqliteBuilder } from '../src/store/script.ts';
import { createDriver } from '../src/store/sqlite/drive.ts';
import { openWriter } from '../src/store/sqlite/open.ts';
import { openSqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../src/store/store.ts';
import { openAdkAppender } from './support/adk-appender.ts';
import { median, print, printLimited, quantile, round } from './support/lines.ts';
import { sampleWriters, type WriterSample } from './support/sample-writers.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '1.5' },
    rounds: { type: 'string', default: '3' },
    events: { type: 'string', default: '10000' },
    'adk-driver': { type: 'string', default: '@mikro-orm/libsql' },
  },
});
const windowMs = Number(values.seconds) * 1000;
const rounds = Number(values.rounds);
const manyEvents = Number(values.events);
const bench = 'append';
const sessions = 64;
const text = 'x'.repeat(500);

const folder = mkdtempSync(join(tmpdir(), 'perdure-bench-'));
const store = await openSqliteStore({ path: join(folder, 'perdure.db'), clock: systemClock });
const given = new GivenLog(store);
const agent = { id: agentId, name: 'Agent', description: '', instructions: '', tools: [] };
await store.write.putBuiltins({ agents: [agent], at: systemClock.now() });

try {
  await compareWriters();
  await measureSessionLength();
  await measureClaim();
  await measureJournal();
} finally {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
}
// The peer's driver keeps the process alive.
process.exit();

async function compareWriters(): Promise<void> {
  const many = await openTurns('ours.db');
  const single = await openTurns('single.db', { batchCommands: 1 });
  const bare = await openBare();
  const adk = await openAdkAppender({ dbName: join(folder, 'adk.db') }, values['adk-driver'], sessions, text);
  const contenders: Record<string, () => Promise<WriterSample>> = {
    'ours, 1 writer': () => sampleWriters(1, windowMs, many.append),
    'ours, 32 writers': () => sampleWriters(32, windowMs, many.append),
    'ours with one transaction an event, 32 writers': () => sampleWriters(32, windowMs, single.append),
    'bare node:sqlite, one transaction an event': () => sampleWriters(1, windowMs, bare),
    ...('append' in adk && {
      "ADK's DatabaseSessionService, 1 writer": () => sampleWriters(1, windowMs, (i) => adk.append(i)),
      "ADK's DatabaseSessionService, 32 writers": () => sampleWriters(32, windowMs, (i) => adk.append(i)),
    }),
  };
  const samples: Record<string, WriterSample[]> = {};
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(contenders)) (samples[name] ??= []).push(await run());
  }
  await Promise.all([many.store.close(), single.store.close()]);
  const rate = (name: string) => median((samples[name] ?? []).map((each) => each.perSecond));
  const p50 = (name: string) => median((samples[name] ?? []).map((each) => each.p50Ms));
  for (const name of Object.keys(contenders)) {
    print({ bench, what: `${name}: durable appends`, value: rate(name), unit: '1/s' });
    print({ bench, what: `${name}: p50`, value: p50(name), unit: 'ms' });
  }
  const grouped = rate('ours, 32 writers');
  versus('appends at 32 writers, to the same with one transaction an event', grouped, '1/s', {
    ...against('ours with one transaction an event, 32 writers', rate),
    atLeast: 3,
  });
  versus('appends at 32 writers, to one transaction an event without a thread between', grouped, '1/s', {
    ...against('bare node:sqlite, one transaction an event', rate),
  });
  if ('missing' in adk) {
    console.log(JSON.stringify({ bench, what: "ADK's DatabaseSessionService", skipped: adk.missing }));
    return;
  }
  versus('appends at 32 writers', grouped, '1/s', {
    ...against("ADK's DatabaseSessionService, 32 writers", rate),
    atLeast: 60,
  });
  versus('p50 of a single append', p50('ours, 1 writer'), 'ms', {
    ...against("ADK's DatabaseSessionService, 1 writer", p50),
    atMost: 1 / 20,
  });
}

function against(peer: string, of: (name: string) => number): { peer: string; peer_value: number } {
  return { peer, peer_value: of(peer) };
}

/** A line with the ratio to a peer, and where one is asked for, whether it is met. */
function versus(
  what: string,
  value: number,
  unit: string,
  against: { peer: string; peer_value: number; atLeast?: number; atMost?: number },
): void {
  const { atLeast, atMost, peer } = against;
  const ratio = value / against.peer_value;
  const line = { bench, what, value, unit, peer, peer_value: round(against.peer_value), ratio: round(ratio) };
  if (atLeast !== undefined) print({ ...line, target: `at least ${atLeast}`, met: ratio >= atLeast });
  else if (atMost !== undefined) print({ ...line, target: `at most ${atMost}`, met: ratio <= atMost });
  else print(line);
}

async function measureSessionLength(): Promise<void> {
  const lengths = [10, 1_000, manyEvents];
  const turns: ClaimedTurn[] = await runningTurns(given, lengths.length);
  for (const [i, length] of lengths.entries()) {
    const turn = turns[i];
    for (let left = length; left > 0; left -= 500) {
      await store.write.appendTurnEvents({ ...oneEvent(turn), events: repeated(Math.min(left, 500)) });
    }
  }
  const spentMs: number[][] = lengths.map(() => []);
  for (let i = 0; i < 150; i++) {
    for (const [k, turn] of turns.entries()) {
      const from = performance.now();
      await store.write.appendTurnEvents(oneEvent(turn));
      spentMs[k]?.push(performance.now() - from);
    }
  }
  const base = median(spentMs[0] ?? []);
  for (const [k, length] of lengths.entries()) {
    const value = median(spentMs[k] ?? []);
    const what = `p50 of an append to a session of ${length} events`;
    if (k === 0) print({ bench, what, value, unit: 'ms' });
    else printLimited({ bench, what, value, unit: 'ms', limit: round(base * 1.5), peer: 'a session of 10 events' });
  }
}

/** Two stores take turns: one in which nothing ever ran, one full of finished turns. */
async function measureClaim(): Promise<void> {
  const finished = 10_000;
  const full = await emptyStore('full.db');
  const empty = await emptyStore('empty.db');
  for (let made = 0; made < finished; made += 1_000) {
    const sessionId = await full.given.session(full.userId);
    const args = () => acceptArgs(sessionId, full.userId, { maxQueuedInSession: finished });
    await Promise.all(Array.from({ length: 1_000 }, () => full.given.store.write.acceptTurn(args())));
    await full.given.removeAll();
  }
  const spentMs = { empty: [] as number[], full: [] as number[] };
  for (let i = 0; i < 100; i++) {
    spentMs.empty.push(await claimMs(empty));
    spentMs.full.push(await claimMs(full));
  }
  await Promise.all([full.given.store.close(), empty.given.store.close()]);
  const before = median(spentMs.empty);
  print({ bench, what: 'p50 of claimTurn without finished turns', value: before, unit: 'ms' });
  const what = `p50 of claimTurn with ${finished} finished turns`;
  printLimited({ bench, what, value: median(spentMs.full), unit: 'ms', limit: round(before * 1.5), peer: 'without' });
}

async function emptyStore(name: string): Promise<{ given: GivenLog; userId: string }> {
  const builders = new GivenLog(await openSqliteStore({ path: join(folder, name), clock: systemClock }));
  await builders.store.write.putBuiltins({ agents: [agent], at: systemClock.now() });
  return { given: builders, userId: await builders.user() };
}

async function claimMs(on: { given: GivenLog; userId: string }): Promise<number> {
  await on.given.accept({ userId: on.userId, sessionId: await on.given.session(on.userId) });
  const from = performance.now();
  const turn = await on.given.claim();
  const spent = performance.now() - from;
  if (turn) await on.given.finish(turn);
  return spent;
}

async function measureJournal(): Promise<void> {
  const turns = await runningTurns(given, 150);
  const spentMs: number[] = [];
  for (let flush = 0; flush < 60; flush++) {
    const pieces = turns.map(({ turnId, fence, attempt }) => ({
      turnId,
      fence,
      attempt,
      step: 0,
      offset: flush * 20,
      text: 'twenty characters...',
      cited: [],
    }));
    const from = performance.now();
    await store.write.flushJournal({ pieces });
    spentMs.push(performance.now() - from);
  }
  // A flush goes out every 25 ms; half of it leaves the writer to others.
  const what = 'p50 of flushJournal with the pieces of 150 turns';
  printLimited({ bench, what, value: median(spentMs), unit: 'ms', limit: 12.5 });
  print({
    bench,
    what: 'p95 of flushJournal with the pieces of 150 turns',
    value: quantile(spentMs, 0.95),
    unit: 'ms',
  });
}

async function runningTurns(builders: GivenLog, count: number): Promise<ClaimedTurn[]> {
  const userId = await builders.user();
  const turns: ClaimedTurn[] = [];
  for (let i = 0; i < count; i++) {
    const sessionId = await builders.session(userId);
    turns.push(await builders.running({ userId, sessionId }, { untilMs: Number.MAX_SAFE_INTEGER }));
  }
  return turns;
}

function oneEvent(turn: ClaimedTurn | undefined): AppendTurnArgs {
  return {
    turnId: turn?.turnId ?? '',
    fence: turn?.fence ?? 0,
    events: repeated(1),
    adkEvents: [],
    nextStep: 0,
    usage: { input_tokens: 0, output_tokens: 0 },
    model: 'bench',
    at: systemClock.now(),
  };
}

function repeated(count: number): AppendTurnArgs['events'] {
  return Array.from({ length: count }, () => ({
    type: 'tool_result' as const,
    payload: { call_id: newId(), output: text, is_error: false },
  }));
}

/** A store of its own with as many running turns as there are sessions, and one append to the next of them. */
async function openTurns(
  name: string,
  options: { batchCommands?: number } = {},
): Promise<{ store: Store; turns: ClaimedTurn[]; append(i: number): Promise<boolean> }> {
  const own = await openSqliteStore({ path: join(folder, name), clock: systemClock, ...options });
  const builders = new GivenLog(own);
  await own.write.putBuiltins({ agents: [agent], at: systemClock.now() });
  const turns = await runningTurns(builders, sessions);
  return { store: own, turns, append: (i) => own.write.appendTurnEvents(oneEvent(turns[i % sessions])) };
}

/** The same statements, prepared and kept, on this thread, each event in a transaction of its own. */
async function openBare(): Promise<(i: number) => void> {
  const { store: own, turns } = await openTurns('bare.db');
  await own.close();
  const driver = createDriver(openWriter(join(folder, 'bare.db')));
  const builder = sqliteBuilder();
  return (i) => {
    driver.exec('begin immediate');
    driver.drive(commands.appendTurnEvents.run(builder, oneEvent(turns[i % sessions])));
    driver.exec('commit');
  };
}
